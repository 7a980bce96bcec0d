import { Button, Checkbox, Group, Modal, Select, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ModelVersion, PushPlan, PushTarget } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatBytes, formatPlural } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import { ButtonLink } from '../../components/ButtonLink.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { LoadingState } from '../../components/LoadingState.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { PushView } from './ReceiptDialog.tsx';
import classes from './targets.module.css';
import { usePush, useTargets } from './targets-queries.ts';

type Props = { version: Pick<ModelVersion, 'model' | 'version'>; onClose: () => void };

/** Pushes a version: choose where, see what would change there, send it, see the receipt. */
export function PushDialog({ version, onClose }: Props) {
  const targets = useTargets();
  const [pushId, setPushId] = useState<string | null>(null);
  return (
    <Modal opened onClose={onClose} title={`Push ${version.model} ${version.version}`} size="xl">
      {pushId === null ? (
        <QueryView query={targets}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState
                title="No targets yet"
                action={<ButtonLink href={paths.targets}>Set up a target</ButtonLink>}
              >
                A target is an MLflow server, a registry, a folder … that versions are pushed to.
              </EmptyState>
            ) : (
              <Choice targets={items} version={version} onPushed={setPushId} onClose={onClose} />
            )
          }
        </QueryView>
      ) : (
        <Pushed pushId={pushId} onClose={onClose} />
      )}
    </Modal>
  );
}

function Pushed({ pushId, onClose }: { pushId: string; onClose: () => void }) {
  const query = usePush(pushId);
  return <QueryView query={query}>{(push) => <PushView push={push} onClose={onClose} />}</QueryView>;
}

function Choice({
  targets,
  version,
  onPushed,
  onClose,
}: {
  targets: readonly PushTarget[];
  version: Props['version'];
  onPushed: (pushId: string) => void;
  onClose: () => void;
}) {
  const cache = useQueryClient();
  const [target, setTarget] = useState(targets[0]?.id ?? '');
  const [verify, setVerify] = useState(true);
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const model = `${version.model}/${version.version}`;
  const plan = useQuery({
    queryKey: ['targets', 'plan', target, model],
    queryFn: ({ signal }) => client.targets.plan({ params: { target }, body: { model }, signal }),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
  const isConflict = plan.data?.verdict === 'conflict';
  const push = async () => {
    setBusy(true);
    setError(null);
    try {
      const begun = await client.targets.push({ params: { target }, body: { model, verify } });
      await cache.invalidateQueries({ queryKey: ['pushes'] });
      onPushed(begun.id);
    } catch (caught) {
      setError(caught);
      setBusy(false);
    }
  };
  return (
    <>
      <Select
        label="Target"
        data={targets.map(({ id, name, address }) => ({ value: id, label: `${name} (${address})` }))}
        value={target}
        onChange={(value) => setTarget(value ?? '')}
        allowDeselect={false}
        data-autofocus
        mb="sm"
      />
      <section aria-label="What would change there" aria-busy={plan.isFetching}>
        {plan.isFetching ? <LoadingState /> : null}
        {plan.isFetching || !plan.data ? null : <Plan plan={plan.data} />}
        {plan.isFetching ? null : <ErrorNote error={plan.error} />}
      </section>
      <Checkbox
        label="Verify by use afterwards"
        description="Pulls it back, loads it and compares its answers with those here."
        checked={verify}
        onChange={(event) => setVerify(event.currentTarget.checked)}
        my="md"
      />
      <ErrorNote error={error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button onClick={() => void push()} loading={isBusy} disabled={isConflict || plan.isFetching}>
          {plan.error === null ? 'Push' : 'Push when it can be reached'}
        </Button>
      </Group>
    </>
  );
}

const signs: Record<PushPlan['lines'][number]['action'], string> = {
  create: '+',
  change: '~',
  keep: '=',
  remove: '−',
  conflict: '✗',
};

function Plan({ plan }: { plan: PushPlan }) {
  return (
    <>
      <Text size="sm" mb={6}>
        {verdictText(plan)} <span className="a-mono">{plan.where}</span>
      </Text>
      {plan.warnings.map((warning) => (
        <Text key={warning} size="sm" c="dimmed">
          {warning}
        </Text>
      ))}
      <table className={classes.plan}>
        <thead className="a-hidden">
          <tr>
            <th scope="col">Change</th>
            <th scope="col">What</th>
            <th scope="col">Name</th>
            <th scope="col">Detail</th>
            <th scope="col">Size</th>
          </tr>
        </thead>
        <tbody>
          {plan.lines.map(({ what, name, action, detail, sizeBytes }) => (
            <tr key={`${what} ${name}`} data-action={action}>
              <td title={action}>{signs[action]}</td>
              <td>{what}</td>
              <td className="a-mono">{name}</td>
              <td>{detail}</td>
              <td>{sizeBytes === null || action === 'keep' ? '' : formatBytes(sizeBytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function verdictText({ verdict, filesToSend, bytesToSend }: PushPlan): string {
  if (verdict === 'same') return 'It is there as it is here: nothing would be sent to';
  if (verdict === 'conflict') return 'What is there stands in the way:';
  // A cluster gets no files.
  if (filesToSend === 0) return 'What is marked would change in';
  return `${formatPlural(filesToSend, 'file')}, ${formatBytes(bytesToSend)} would be sent to`;
}
