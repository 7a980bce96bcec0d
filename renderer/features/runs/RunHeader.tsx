import { ActionIcon, Button, Menu } from '@mantine/core';
import {
  IconCalendarTime,
  IconDotsVertical,
  IconPlayerStop,
  IconRefresh,
  IconRestore,
  IconTrash,
} from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Run } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { paths } from '../../app/paths.ts';
import { keys } from '../../app/queries.ts';
import { useShortcuts } from '../../app/shortcuts.ts';
import { AppLink } from '../../components/AppLink.tsx';
import { ButtonLink } from '../../components/ButtonLink.tsx';
import { Digest } from '../../components/Digest.tsx';
import { Elapsed } from '../../components/Elapsed.tsx';
import { PageHeader } from '../../components/Page.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { StatusBadge } from '../../components/StatusBadge.tsx';
import { ToneBadge } from '../../components/ToneBadge.tsx';
import { toastFault } from '../../components/toasts.tsx';
import { TrainOnScheduleDialog } from '../batch/TrainOnScheduleDialog.tsx';
import { EditableName } from './EditableName.tsx';
import { isNested } from './nested.ts';
import { canStop, isActive } from './page/control-state.ts';
import { ReproduceDialog } from './page/ReproduceDialog.tsx';
import { StopDialog } from './page/StopDialog.tsx';
import { RegisterDialog } from './RegisterDialog.tsx';
import { deleteRuns, restoreRuns } from './run-actions.ts';

/** Name, state and what can be done with a run. */
export function RunHeader({ run }: { run: Run }) {
  const cache = useQueryClient();
  const experiment = useQuery({
    queryKey: keys.item('experiments', run.experimentId),
    queryFn: ({ signal }) => client.experiments.get({ params: { experimentId: run.experimentId }, signal }),
  });
  const rename = async (name: string) => {
    const saved = await client.runs.update({ params: { runId: run.id }, body: { name } });
    cache.setQueryData(keys.item('runs', run.id), saved);
  };
  const trainer = run.params.trainer;
  return (
    <PageHeader
      title={run.name}
      heading={<EditableName name={run.name} onSave={rename} isReadOnly={run.lifecycle === 'deleted'} />}
      crumbs={[
        { label: 'Experiments', href: paths.experiments },
        {
          label: experiment.data?.name ?? `Experiment ${run.experimentId}`,
          href: paths.experiment(run.experimentId),
        },
      ]}
      description={
        <>
          <StatusBadge status={run.status} />
          {run.lifecycle === 'deleted' ? <ToneBadge tone="warn">Deleted</ToneBadge> : null}
          {trainer ? <span>{trainer}</span> : null}
          <span>
            started <RelativeTime timeMs={run.startedAtMs} />
          </span>
          {run.status === 'scheduled' ? null : (
            <span>
              took <Elapsed startedAtMs={run.startedAtMs} endedAtMs={run.endedAtMs} />
            </span>
          )}
          <Digest value={run.id} length={8} />
        </>
      }
      actions={<RunActions run={run} />}
    />
  );
}

function RunActions({ run }: { run: Run }) {
  const cache = useQueryClient();
  const [dialog, setDialog] = useState<'register' | 'reproduce' | 'schedule' | 'stop' | null>(null);
  const refresh = () => void cache.invalidateQueries({ queryKey: keys.item('runs', run.id) });
  const isGoingOn = isActive(run);
  const isDeleted = run.lifecycle === 'deleted';
  const isPart = isNested(run);
  const canReproduce = !isGoingOn && !isDeleted && !isPart;
  const isTraining = run.params.trainer !== undefined && run.jobId !== null;
  const isAsked = run.tags['assay.stop_requested'] !== undefined;
  const stop = () => {
    if (canStop(run)) client.runControl.stop({ params: { runId: run.id } }).then(refresh, toastFault);
    else setDialog('stop');
  };
  useShortcuts([
    ...(isGoingOn ? [{ keys: 's', label: 'Stop the run', group: 'Run', run: stop }] : []),
    ...(canReproduce
      ? [{ keys: 'r', label: 'Reproduce the run', group: 'Run', run: () => setDialog('reproduce') }]
      : []),
  ]);
  const remove = () => deleteRuns([run], refresh).then(refresh, toastFault);
  const restore = () => restoreRuns([run.id]).then(refresh, toastFault);
  return (
    <>
      {isGoingOn ? (
        <Button variant="default" leftSection={<IconPlayerStop size={15} />} onClick={stop}>
          {isAsked ? 'Stopping …' : 'Stop'}
        </Button>
      ) : null}
      {canReproduce ? (
        <Button
          variant="default"
          leftSection={<IconRefresh size={15} />}
          onClick={() => setDialog('reproduce')}
        >
          Reproduce …
        </Button>
      ) : null}
      {isTraining && run.status === 'finished' && !isDeleted && !isPart ? (
        <Button onClick={() => setDialog('register')}>Register model …</Button>
      ) : null}
      {isTraining && isPart && !isGoingOn && !isDeleted ? (
        <ButtonLink href={paths.training({ run: run.id })}>Train this model …</ButtonLink>
      ) : null}
      {isDeleted ? (
        <Button variant="default" leftSection={<IconRestore size={15} />} onClick={() => void restore()}>
          Restore
        </Button>
      ) : null}
      <Menu position="bottom-end" width={190}>
        <Menu.Target>
          <ActionIcon aria-label="More for this run">
            <IconDotsVertical size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {isTraining && !isPart ? (
            <Menu.Item
              leftSection={<IconRefresh size={15} />}
              renderRoot={(props) => (
                <AppLink {...props} look="none" href={paths.training({ run: run.id })} />
              )}
            >
              Change and train …
            </Menu.Item>
          ) : null}
          {isTraining && !isPart ? (
            <Menu.Item leftSection={<IconCalendarTime size={15} />} onClick={() => setDialog('schedule')}>
              Train on a schedule …
            </Menu.Item>
          ) : null}
          <Menu.Item leftSection={<IconTrash size={15} />} onClick={() => void remove()} disabled={isDeleted}>
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {dialog === 'register' ? <RegisterDialog run={run} onClose={() => setDialog(null)} /> : null}
      {dialog === 'stop' ? <StopDialog run={run} onClose={() => setDialog(null)} onDone={refresh} /> : null}
      {dialog === 'schedule' ? <TrainOnScheduleDialog run={run} onClose={() => setDialog(null)} /> : null}
      {dialog === 'reproduce' ? <ReproduceDialog run={run} onClose={() => setDialog(null)} /> : null}
    </>
  );
}
