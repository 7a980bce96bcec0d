import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconArrowBackUp, IconChecklist, IconDotsVertical, IconRocket } from '@tabler/icons-react';
import { useState } from 'react';
import type { EnvironmentState, ModelVersion } from '../../../../local-api/contract/index.ts';
import { client } from '../../../app/api.ts';
import { formatPlural } from '../../../app/format.ts';
import { paths } from '../../../app/paths.ts';
import { AppLink } from '../../../components/AppLink.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { RelativeTime } from '../../../components/RelativeTime.tsx';
import { ApproveDialog } from './ApproveDialog.tsx';
import { PolicyDialog } from './PolicyDialog.tsx';
import { PromoteDialog } from './PromoteDialog.tsx';
import { pushText } from './push-text.ts';
import { ReasonDialog } from './ReasonDialog.tsx';
import classes from './releases.module.css';

type Props = { model: string; state: EnvironmentState; versions: readonly ModelVersion[] };
type Dialog = 'promote' | 'rollback' | 'withdraw' | 'policy' | 'approve';

/** One environment: what is in it, since when and why, and what can be done about it. */
export function EnvironmentCard({ model, state, versions }: Props) {
  const { environment, version, rollbackTo } = state;
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const close = () => setDialog(null);
  const move = { environment, expectedCurrent: version };
  return (
    <Panel title={environment} aside={<EnvironmentMenu state={state} onChoose={setDialog} />}>
      <div className={classes.environment}>
        {version === null ? (
          <span className={classes.empty}>No version yet</span>
        ) : (
          <AppLink href={paths.model(model, { version })}>
            <span className={classes.version}>{version}</span>
          </AppLink>
        )}
        <Facts state={state} />
        <div className={classes.actions}>
          <Button
            variant="default"
            leftSection={<IconRocket size={15} />}
            onClick={() => setDialog('promote')}
            aria-label={`Promote to ${environment} …`}
          >
            Promote …
          </Button>
          {rollbackTo === null ? null : (
            <Button
              variant="default"
              leftSection={<IconArrowBackUp size={15} />}
              onClick={() => setDialog('rollback')}
              aria-label={`Roll ${environment} back to ${rollbackTo} …`}
            >
              Back to {rollbackTo} …
            </Button>
          )}
        </div>
      </div>
      {dialog === 'promote' ? (
        <PromoteDialog model={model} state={state} versions={versions} onClose={close} />
      ) : null}
      {dialog === 'policy' ? <PolicyDialog model={model} state={state} onClose={close} /> : null}
      {dialog === 'approve' ? (
        <ApproveDialog model={model} environment={environment} versions={versions} onClose={close} />
      ) : null}
      {dialog === 'rollback' ? (
        <ReasonDialog
          title={`Roll back ${environment}`}
          submitLabel="Roll back"
          text={`${rollbackTo} comes back in place of ${version} at once. Gates are not asked.`}
          isRequired
          onSubmit={(reason) => client.releases.rollback({ params: { model }, body: { ...move, reason } })}
          onClose={close}
        />
      ) : null}
      {dialog === 'withdraw' ? (
        <ReasonDialog
          title={`Take ${version} out of ${environment}`}
          submitLabel="Take out"
          text={`Nothing is in ${environment} then, and calls of ${model}@${environment} fail.`}
          isRequired
          onSubmit={(reason) => client.releases.withdraw({ params: { model }, body: { ...move, reason } })}
          onClose={close}
        />
      ) : null}
    </Panel>
  );
}

function EnvironmentMenu({
  state,
  onChoose,
}: {
  state: EnvironmentState;
  onChoose: (dialog: Dialog) => void;
}) {
  const { environment, version } = state;
  return (
    <Menu position="bottom-end" width={210}>
      <Menu.Target>
        <ActionIcon aria-label={`More for ${environment}`}>
          <IconDotsVertical size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconChecklist size={15} />} onClick={() => onChoose('policy')}>
          Gates …
        </Menu.Item>
        <Menu.Item onClick={() => onChoose('approve')}>Approve a version …</Menu.Item>
        {version === null ? null : (
          <Menu.Item onClick={() => onChoose('withdraw')}>Take {version} out …</Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

function Facts({ state: { since, policy, approvals } }: { state: EnvironmentState }) {
  return (
    <ul className={classes.facts}>
      {since === null ? null : (
        <li>
          {since.kind === 'rollback' ? 'brought back' : 'promoted'} by {since.actor}{' '}
          <RelativeTime timeMs={since.atMs} />
        </li>
      )}
      {since?.reason ? <li>{since.reason}</li> : null}
      {since?.overrideReason ? <li>Gates were overridden: {since.overrideReason}</li> : null}
      <li>
        {policy === null || policy.gates.length === 0
          ? 'no gates'
          : formatPlural(policy.gates.length, 'gate')}
        {policy?.onRegister === 'promote' ? ', promotes by itself' : ''}
        {policy === null || policy.push.length === 0 ? '' : `, pushes to ${policy.push.join(', ')}`}
      </li>
      {since?.pushes.map((push) => (
        <li key={push.target}>
          <AppLink href={paths.targets}>{pushText(push)}</AppLink>
        </li>
      ))}
      {approvals.length === 0 ? null : (
        <li>
          approved: {approvals.map(({ version: approved, actor }) => `${approved} by ${actor}`).join(', ')}
        </li>
      )}
    </ul>
  );
}
