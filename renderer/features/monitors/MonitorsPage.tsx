import { IconBellCheck, IconPlus } from '@tabler/icons-react';
import { useRouter } from '@tanstack/react-router';
import type { Monitor } from '../../../local-api/contract/index.ts';
import { paths } from '../../app/paths.ts';
import { Sparkline } from '../../charts/Sparkline.tsx';
import { AppLink } from '../../components/AppLink.tsx';
import { ButtonLink } from '../../components/ButtonLink.tsx';
import { type DataColumn, DataTable } from '../../components/DataTable.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Page, PageHeader } from '../../components/Page.tsx';
import { Panel } from '../../components/Panel.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { AlertList } from './AlertList.tsx';
import { MonitorStateBadge } from './MonitorStateBadge.tsx';
import { formatFigure, kindLabels, metricOf, scheduleText, watched } from './monitor-words.ts';
import { useAlerts, useMonitors } from './monitors-queries.ts';
import { NextCheck } from './NextCheck.tsx';

const columns: readonly DataColumn<Monitor>[] = [
  {
    id: 'name',
    header: 'Name',
    width: 170,
    grow: true,
    cell: ({ id, name }) => (
      <AppLink look="plain" href={paths.monitor(id)} tabIndex={-1}>
        {name}
      </AppLink>
    ),
  },
  { id: 'state', header: 'State', width: 140, cell: (monitor) => <MonitorStateBadge monitor={monitor} /> },
  {
    id: 'what',
    header: 'Watches',
    width: 180,
    cell: ({ watch }) => `${kindLabels[watch.kind]} of ${watched(watch).name}`,
  },
  {
    id: 'value',
    header: 'Last value',
    width: 170,
    cell: ({ watch, rule, lastCheck }) => {
      const metric = metricOf(watch, rule.metric);
      const value = lastCheck?.values[rule.metric];
      return value === undefined
        ? ''
        : `${formatFigure(value, metric)} ${(metric?.title ?? '').toLowerCase()}`;
    },
  },
  {
    id: 'trend',
    header: 'Last checks',
    width: 145,
    cell: ({ recent, name }) =>
      recent.length === 0 ? (
        ''
      ) : (
        <Sparkline
          points={recent.map(({ value, isBreach }) => ({ value, isMarked: isBreach }))}
          label={`The last ${recent.length} values of ${name}`}
        />
      ),
  },
  {
    id: 'last',
    header: 'Checked',
    width: 100,
    cell: ({ lastCheck }) => <RelativeTime timeMs={lastCheck?.endedAtMs} />,
  },
  { id: 'when', header: 'Checks', width: 150, cell: ({ schedule }) => scheduleText(schedule) },
  { id: 'next', header: 'Next', width: 120, cell: (monitor) => <NextCheck monitor={monitor} /> },
];

/** Everything that is looked at again and again: what fires first, then all monitors. */
export function MonitorsPage() {
  const router = useRouter();
  const monitors = useMonitors();
  const firing = useAlerts({ state: 'firing', limit: 50 });
  const create = (
    <ButtonLink href={paths.newMonitor()} leftSection={<IconPlus size={15} />}>
      New monitor
    </ButtonLink>
  );
  const alerts = firing.data?.items ?? [];
  return (
    <Page layout="fill">
      <PageHeader
        title="Monitors"
        description="Looks at data and endpoints again and again, and says when something is wrong."
        actions={create}
      />
      {alerts.length > 0 ? (
        <Panel title={`Firing now (${alerts.length})`} padding="none">
          <AlertList alerts={alerts} showsMonitor />
        </Panel>
      ) : null}
      <Panel grow padding="none">
        <DataTable
          label="Monitors"
          isMain
          columns={columns}
          rows={monitors.data?.items ?? []}
          rowId={({ id }) => id}
          onOpen={({ id }) => router.history.push(paths.monitor(id))}
          isPending={monitors.isPending}
          error={monitors.error}
          retry={() => void monitors.refetch()}
          empty={
            <EmptyState icon={IconBellCheck} title="No monitors yet" action={create}>
              Have each new version of a dataset compared with what a model was trained on, or the answers of
              an endpoint with the truth. You are told when they leave what is normal.
            </EmptyState>
          }
        />
      </Panel>
    </Page>
  );
}
