import { SegmentedControl } from '@mantine/core';
import { IconActivity } from '@tabler/icons-react';
import { useState } from 'react';
import type {
  ArmFigures,
  ArmOutcome,
  ArmQuality,
  EndpointStats,
  SequentialResult,
  ShadowFigures,
} from '../../../local-api/contract/index.ts';
import { formatCount, formatLatency, formatNumber, formatPercent, NO_VALUE } from '../../app/format.ts';
import { LineChart } from '../../charts/LineChart.tsx';
import { type DataColumn, DataTable } from '../../components/DataTable.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Panel } from '../../components/Panel.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { ToneBadge } from '../../components/ToneBadge.tsx';
import classes from './endpoints.module.css';
import { useEndpointStats } from './endpoints-queries.ts';
import { seriesOf } from './traffic-series.ts';

const windows = [
  { value: '300', label: '5 minutes' },
  { value: '3600', label: '1 hour' },
];

const figureColumns: readonly DataColumn<ArmFigures>[] = [
  { id: 'arm', header: 'Arm', width: 140, grow: true, cell: (arm) => arm.arm },
  {
    id: 'requests',
    header: 'Requests',
    width: 110,
    align: 'right',
    cell: (arm) => formatCount(arm.requests),
  },
  {
    id: 'rate',
    header: 'A second',
    width: 100,
    align: 'right',
    cell: (arm) => formatNumber(arm.requestsPerSecond, 3),
  },
  { id: 'rows', header: 'Rows', width: 100, align: 'right', cell: (arm) => formatCount(arm.rows) },
  {
    id: 'errors',
    header: 'Errors',
    width: 130,
    align: 'right',
    cell: (arm) => `${formatCount(arm.errors)} (${formatPercent(arm.errors / Math.max(1, arm.requests))})`,
  },
  { id: 'p50', header: 'p50', width: 90, align: 'right', cell: (arm) => formatLatency(arm.p50Ms) },
  { id: 'p95', header: 'p95', width: 90, align: 'right', cell: (arm) => formatLatency(arm.p95Ms) },
  { id: 'p99', header: 'p99', width: 90, align: 'right', cell: (arm) => formatLatency(arm.p99Ms) },
];

const qualityColumns: readonly DataColumn<ArmQuality>[] = [
  { id: 'arm', header: 'Arm', width: 120, grow: true, cell: (row) => row.arm },
  { id: 'version', header: 'Version', width: 200, cell: (row) => `${row.model} ${row.version}` },
  { id: 'truths', header: 'True values', width: 110, align: 'right', cell: (row) => formatCount(row.truths) },
  { id: 'loss', header: 'Loss', width: 110, align: 'right', cell: (row) => formatNumber(row.loss) },
];

const outcomeColumns: readonly DataColumn<ArmOutcome>[] = [
  { id: 'arm', header: 'Arm', width: 140, grow: true, cell: (row) => row.arm },
  {
    id: 'requests',
    header: 'Requests',
    width: 110,
    align: 'right',
    cell: (row) => formatCount(row.requests),
  },
  { id: 'mean', header: 'Mean outcome', width: 130, align: 'right', cell: (row) => formatNumber(row.mean) },
  { id: 'sd', header: 'Deviation', width: 110, align: 'right', cell: (row) => formatNumber(row.deviation) },
];

const tones = { better: 'good', worse: 'bad', undecided: 'idle' } as const;

const testColumns: readonly DataColumn<SequentialResult>[] = [
  { id: 'arm', header: 'Arm', width: 140, grow: true, cell: (test) => `${test.arm} against ${test.against}` },
  {
    id: 'verdict',
    header: 'Verdict',
    width: 170,
    cell: (test) => (
      <ToneBadge tone={tones[test.verdict]}>
        {test.verdict === 'undecided' ? 'no difference shown' : test.verdict}
      </ToneBadge>
    ),
  },
  {
    id: 'difference',
    header: 'Difference',
    width: 240,
    align: 'right',
    cell: ({ difference, low, high }) =>
      `${formatNumber(difference)}${low === null || high === null ? '' : ` (${formatNumber(low)} to ${formatNumber(high)})`}`,
  },
  {
    id: 'p',
    header: 'Always valid p',
    width: 120,
    align: 'right',
    cell: (test) => formatNumber(test.pValue, 3),
  },
  {
    id: 'needed',
    header: 'Needed an arm',
    width: 120,
    align: 'right',
    cell: (test) => (test.neededPerArm === null ? NO_VALUE : formatCount(test.neededPerArm)),
  },
];

const shadowColumns: readonly DataColumn<ShadowFigures>[] = [
  { id: 'arm', header: 'Shadow', width: 140, grow: true, cell: (row) => row.arm },
  {
    id: 'compared',
    header: 'Rows compared',
    width: 130,
    align: 'right',
    cell: (row) => formatCount(row.compared),
  },
  {
    id: 'disagreements',
    header: 'Disagree',
    width: 150,
    align: 'right',
    cell: (row) =>
      `${formatCount(row.disagreements)} (${formatPercent(row.disagreements / Math.max(1, row.compared))})`,
  },
  {
    id: 'max',
    header: 'Largest difference',
    width: 150,
    align: 'right',
    cell: (row) => formatNumber(row.maxDifference),
  },
  { id: 'failed', header: 'Failed', width: 90, align: 'right', cell: (row) => formatCount(row.failed) },
  {
    id: 'dropped',
    header: 'Not compared',
    width: 120,
    align: 'right',
    cell: (row) => formatCount(row.dropped),
  },
];

/** Traffic, latency, errors and quality of an endpoint, read anew every few seconds. */
export function TrafficTab({ name }: { name: string }) {
  const [windowSeconds, setWindow] = useState(windows[0]?.value ?? '300');
  const stats = useEndpointStats(name, Number(windowSeconds));
  return (
    <QueryView query={stats}>
      {(data) => (
        <>
          <Panel
            title="Live"
            aside={
              <SegmentedControl
                size="xs"
                aria-label="Window of the figures"
                data={windows}
                value={windowSeconds}
                onChange={setWindow}
              />
            }
          >
            {data.arms.length > 0 ? (
              <Charts stats={data} nowMs={stats.dataUpdatedAt} />
            ) : (
              <EmptyState icon={IconActivity} title="No requests in this time">
                Traffic, latency and errors of each arm are shown here as they come.
              </EmptyState>
            )}
          </Panel>
          {data.arms.length > 0 ? (
            <Panel title="By arm" padding="none">
              <DataTable
                label="Figures by arm"
                columns={figureColumns}
                rows={data.arms}
                rowId={({ arm }) => arm}
                maxHeight={320}
                empty={null}
              />
            </Panel>
          ) : null}
          <Comparisons stats={data} />
        </>
      )}
    </QueryView>
  );
}

const clock = (atMs: number) => new Date(atMs).toLocaleTimeString();

function Charts({ stats, nowMs }: { stats: EndpointStats; nowMs: number }) {
  const shared = { cursorGroup: 'endpoint', formatX: clock, height: 150, xLabel: 'time', showsLegend: true };
  return (
    <div className={classes.charts}>
      <LineChart
        title="Requests a second"
        series={seriesOf(stats, nowMs, ({ requests }) => requests / 10, 0)}
        yBounds={{ min: 0 }}
        {...shared}
      />
      <LineChart
        title="p95 latency"
        series={seriesOf(stats, nowMs, ({ p95Ms }) => p95Ms, null)}
        yBounds={{ min: 0 }}
        formatY={formatLatency}
        {...shared}
      />
      <LineChart
        title="Errors a second"
        series={seriesOf(stats, nowMs, ({ errors }) => errors / 10, 0)}
        yBounds={{ min: 0 }}
        {...shared}
      />
    </div>
  );
}

/** What true values, tests and shadows say; only the parts that there are. */
function Comparisons({ stats }: { stats: EndpointStats }) {
  return (
    <>
      {stats.tests.length > 0 ? (
        <Panel
          title={`A/B test: ${stats.tests[0]?.measure === 'outcome' ? 'outcome' : 'loss on true values'}`}
          padding="none"
        >
          <DataTable
            label="A/B test"
            columns={testColumns}
            rows={stats.tests}
            rowId={({ arm }) => arm}
            maxHeight={320}
            empty={null}
          />
        </Panel>
      ) : null}
      {stats.outcomes.length > 0 ? (
        <Panel title="Outcomes" padding="none">
          <DataTable
            label="Outcomes by arm"
            columns={outcomeColumns}
            rows={stats.outcomes}
            rowId={({ arm }) => arm}
            maxHeight={320}
            empty={null}
          />
        </Panel>
      ) : null}
      {stats.shadows.length > 0 ? (
        <Panel title="Shadows" padding="none">
          <DataTable
            label="Shadows"
            columns={shadowColumns}
            rows={stats.shadows}
            rowId={({ arm }) => arm}
            maxHeight={320}
            empty={null}
          />
        </Panel>
      ) : null}
      <Panel title="Quality" padding="none">
        <DataTable
          label="Quality by arm"
          columns={qualityColumns}
          rows={stats.quality}
          rowId={({ arm, model, version }) => `${arm} ${model}/${version}`}
          maxHeight={320}
          empty={
            <EmptyState title="No true values yet">
              Send what was right with the id of the request: POST /api/v1/endpoints/…/ground-truth.
            </EmptyState>
          }
        />
      </Panel>
    </>
  );
}
