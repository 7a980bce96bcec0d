import { Button } from '@mantine/core';
import { IconCalendarTime, IconPencil, IconPlayerPause, IconPlayerPlay, IconPlus } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import type { Schedule, ScheduleRun } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { paths } from '../../app/paths.ts';
import { AppLink } from '../../components/AppLink.tsx';
import { ButtonLink } from '../../components/ButtonLink.tsx';
import { ConfirmButton } from '../../components/ConfirmButton.tsx';
import { inZone } from '../../components/CronField.tsx';
import { type DataColumn, DataTable } from '../../components/DataTable.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Page, PageHeader } from '../../components/Page.tsx';
import { Panel } from '../../components/Panel.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { type Tone, ToneBadge } from '../../components/ToneBadge.tsx';
import { toastFault } from '../../components/toasts.tsx';
import classes from './batch.module.css';
import { useScheduleRuns, useSchedules } from './batch-queries.ts';
import { EditScheduleDialog } from './EditScheduleDialog.tsx';

const crumbs = [{ label: 'Batches', href: paths.batches() }];

const outcomes: Record<ScheduleRun['outcome'], { label: string; tone: Tone }> = {
  starting: { label: 'Starting', tone: 'info' },
  started: { label: 'Started', tone: 'good' },
  skipped: { label: 'Left out', tone: 'warn' },
  missed: { label: 'Missed', tone: 'warn' },
  failed: { label: 'Failed', tone: 'bad' },
};

const columns: readonly DataColumn<Schedule>[] = [
  { id: 'name', header: 'Name', width: 180, cell: ({ name }) => name },
  { id: 'what', header: 'What', width: 260, grow: true, cell: (schedule) => workText(schedule) },
  { id: 'when', header: 'Times', width: 220, cell: ({ cron, timeZone }) => `${cron} (${timeZone})` },
  {
    id: 'next',
    header: 'Next',
    width: 200,
    cell: ({ isPaused, nextRunAtMs, timeZone }) =>
      isPaused ? (
        <ToneBadge>Paused</ToneBadge>
      ) : nextRunAtMs === null ? (
        'Never again'
      ) : (
        inZone(nextRunAtMs, timeZone)
      ),
  },
  {
    id: 'last',
    header: 'Last',
    width: 110,
    cell: ({ lastRun }) => (lastRun === null ? '' : <Outcome run={lastRun} />),
  },
];

const runColumns: readonly DataColumn<ScheduleRun>[] = [
  { id: 'outcome', header: 'What came of it', width: 130, cell: (run) => <Outcome run={run} /> },
  { id: 'due', header: 'Time', width: 130, cell: ({ dueAtMs }) => <RelativeTime timeMs={dueAtMs} /> },
  { id: 'hand', header: 'How', width: 100, cell: ({ byHand }) => (byHand ? 'by hand' : 'on time') },
  {
    id: 'job',
    header: 'Job',
    width: 110,
    cell: ({ jobId }) => (jobId === null ? '' : <AppLink href={paths.job(jobId)}>Job</AppLink>),
  },
  { id: 'message', header: 'Note', width: 320, grow: true, cell: ({ message }) => message },
];

/** Work that starts by itself, with what came of its times. */
export function SchedulesPage() {
  const schedules = useSchedules();
  const [chosen, setChosen] = useState<string | null>(null);
  const items = schedules.data?.items ?? [];
  const current = items.find(({ id }) => id === chosen) ?? items[0];
  const create = (
    <ButtonLink href={paths.newBatch({ when: 'schedule' })} leftSection={<IconPlus size={15} />}>
      New schedule
    </ButtonLink>
  );
  return (
    <Page>
      <PageHeader
        title="Schedules"
        crumbs={crumbs}
        description="Batch predictions and trainings that start by themselves."
        actions={create}
      />
      <Panel padding="none">
        <DataTable
          label="Schedules"
          isMain
          columns={columns}
          rows={items}
          rowId={({ id }) => id}
          onOpen={({ id }) => setChosen(id)}
          currentId={current?.id}
          isPending={schedules.isPending}
          error={schedules.error}
          retry={() => void schedules.refetch()}
          maxHeight={320}
          empty={
            <EmptyState icon={IconCalendarTime} title="No schedules yet" action={create}>
              Predict the newest version of a dataset every night, for instance.
            </EmptyState>
          }
        />
      </Panel>
      {current ? <ScheduleDetail key={current.id} schedule={current} /> : null}
    </Page>
  );
}

function ScheduleDetail({ schedule }: { schedule: Schedule }) {
  const runs = useScheduleRuns(schedule.id);
  return (
    <Panel title={schedule.name} aside={<ScheduleActions schedule={schedule} />} padding="none">
      <DataTable
        label={`Times of ${schedule.name}`}
        columns={runColumns}
        rows={runs.data?.items ?? []}
        rowId={({ dueAtMs, startedAtMs }) => `${dueAtMs} ${startedAtMs}`}
        isPending={runs.isPending}
        error={runs.error}
        retry={() => void runs.refetch()}
        maxHeight={360}
        empty={<EmptyState title="It has not run yet">Run it now, or wait for its next time.</EmptyState>}
      />
    </Panel>
  );
}

function ScheduleActions({ schedule }: { schedule: Schedule }) {
  const router = useRouter();
  const cache = useQueryClient();
  const [isEditing, setEditing] = useState(false);
  const params = { scheduleId: schedule.id };
  const refresh = () => cache.invalidateQueries({ queryKey: ['schedules'] });
  const run = () =>
    client.schedules
      .run({ params })
      .then(({ jobId }) => jobId !== null && router.history.push(paths.job(jobId)))
      .catch(toastFault);
  const pause = () =>
    client.schedules.update({ params, body: { isPaused: !schedule.isPaused } }).then(refresh, toastFault);
  return (
    <div className={classes.row}>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconPlayerPlay size={14} />}
        onClick={() => void run()}
      >
        Run now
      </Button>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconPencil size={14} />}
        onClick={() => setEditing(true)}
      >
        Edit
      </Button>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconPlayerPause size={14} />}
        onClick={() => void pause()}
      >
        {schedule.isPaused ? 'Resume' : 'Pause'}
      </Button>
      <ConfirmButton
        size="compact-sm"
        question={`Delete the schedule ${schedule.name}? What it predicted stays.`}
        confirmLabel="Delete"
        onConfirm={() => void client.schedules.delete({ params }).then(refresh, toastFault)}
      >
        Delete
      </ConfirmButton>
      {isEditing ? <EditScheduleDialog schedule={schedule} onClose={() => setEditing(false)} /> : null}
    </div>
  );
}

function Outcome({ run }: { run: ScheduleRun }) {
  const { label, tone } = outcomes[run.outcome];
  return <ToneBadge tone={tone}>{label}</ToneBadge>;
}

function workText({ work }: Schedule): string {
  if (work.kind === 'training') return `Train on the newest ${work.dataset}`;
  const { model, source } = work.request;
  if (source.kind === 'path') return `Predict ${source.path} with ${model}`;
  if (source.kind === 'upload') return `Predict a file with ${model}`;
  const version = source.version === undefined ? 'the newest ' : '';
  return `Predict ${version}${source.dataset}${source.version === undefined ? '' : ` v${source.version}`} with ${model}`;
}
