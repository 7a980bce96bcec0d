import { IconCpu } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { MetricSeries, Run } from '../../../../local-api/contract/index.ts';
import { client } from '../../../app/api.ts';
import { formatDateTime, formatDuration, formatPlural } from '../../../app/format.ts';
import { keys } from '../../../app/queries.ts';
import { LineChart } from '../../../charts/LineChart.tsx';
import { CodeBlock } from '../../../components/CodeBlock.tsx';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { QueryView } from '../../../components/QueryView.tsx';
import { curveAlong } from '../curves.ts';
import classes from './page.module.css';
import { groupSystemMetrics, type SystemGroup, sampleInterval, systemPrefix } from './system-metrics.ts';

const MAX_POINTS = 800;

/** What the machine did while the run went on, by subject, with one cursor over all charts; live. */
export function SystemView({ run }: { run: Run }) {
  const metricKeys = useMemo(
    () =>
      Object.keys(run.metrics)
        .filter((key) => key.startsWith(systemPrefix))
        .sort(),
    [run.metrics],
  );
  const query = useQuery({
    queryKey: keys.series([run.id], metricKeys, MAX_POINTS),
    queryFn: ({ signal }) =>
      client.runs.metrics({ body: { runIds: [run.id], keys: metricKeys, maxPoints: MAX_POINTS }, signal }),
    enabled: metricKeys.length > 0,
    placeholderData: keepPreviousData,
  });
  if (metricKeys.length === 0) return <NoSamples run={run} />;
  return (
    <QueryView query={query}>
      {({ series }) => (
        <div className={classes.column}>
          <p className="a-dim">{samplesText(run, series)}</p>
          <div className={classes.charts}>
            {groupSystemMetrics(metricKeys).map((group) => (
              <SystemChart key={group.title} group={group} series={series} />
            ))}
          </div>
        </div>
      )}
    </QueryView>
  );
}

function samplesText(run: Run, series: readonly MetricSeries[]): string {
  const longest = series.reduce<MetricSeries | null>(
    (best, one) => (best === null || one.total > best.total ? one : best),
    null,
  );
  const samples = formatPlural(longest?.total ?? 0, 'sample');
  const machine = run.tags['assay.host'] ? ` of ${run.tags['assay.host']}` : '';
  // Of a thinned curve the gaps are no longer those of the samples.
  const interval =
    longest !== null && longest.total === longest.values.length ? sampleInterval(longest.timestampsMs) : null;
  return `${samples}${machine}${interval === null ? '' : `, one every ${formatDuration(interval)}`}`;
}

function SystemChart({ group, series }: { group: SystemGroup; series: readonly MetricSeries[] }) {
  const lines = useMemo(
    () =>
      series
        .filter(({ key, values }) => group.keys.includes(key) && values.length > 0)
        .map((one) => ({
          id: one.key,
          label: one.key.slice(systemPrefix.length).replaceAll('_', ' '),
          ...curveAlong(one, 'wall'),
        })),
    [group, series],
  );
  return (
    <Panel>
      <LineChart
        title={group.title}
        series={lines}
        xLabel="Time"
        formatX={(timeMs) => formatDateTime(timeMs).slice(11)}
        cursorGroup="system"
      />
    </Panel>
  );
}

function NoSamples({ run }: { run: Run }) {
  const isActive = run.status === 'running' || run.status === 'scheduled';
  return (
    <EmptyState icon={IconCpu} title={isActive ? 'No samples yet' : 'The system was not sampled'}>
      <p>
        Trainings and commands started with Assay are sampled every few seconds (Settings, Tracking); very
        short ones end before the first sample. A script of your own does it with MLflow’s client:
      </p>
      <CodeBlock
        code={'assay exec -- python train.py\n\n# or, in the script\nmlflow.enable_system_metrics_logging()'}
        label="How to sample the system"
      />
    </EmptyState>
  );
}
