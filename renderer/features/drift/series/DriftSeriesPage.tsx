import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams, useRouter } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { DriftSeries } from '../../../../local-api/contract/index.ts';
import { client } from '../../../app/api.ts';
import {
  formatCount,
  formatMetric,
  formatNumber,
  formatPercent,
  formatPlural,
  formatUtcDay,
} from '../../../app/format.ts';
import { paths } from '../../../app/paths.ts';
import { keys } from '../../../app/queries.ts';
import { LineChart } from '../../../charts/LineChart.tsx';
import { ConfirmButton } from '../../../components/ConfirmButton.tsx';
import { Page, PageHeader } from '../../../components/Page.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { PlainTable } from '../../../components/PlainTable.tsx';
import { QueryView } from '../../../components/QueryView.tsx';
import { ToneBadge } from '../../../components/ToneBadge.tsx';
import { toastFault } from '../../../components/toasts.tsx';
import { DriftVerdict } from '../DriftVerdict.tsx';
import { metricName } from '../sections/section-words.ts';
import { OpenPart } from './OpenPart.tsx';
import classes from './series.module.css';
import { columnLines, isOutside, limitLine, performanceLines, placesOf } from './series-lines.ts';
import { useOpenPart } from './use-open-part.ts';

const crumbs = [
  { label: 'Drift', href: paths.drift },
  { label: 'Over time', href: paths.driftOverTime },
];
const MOST_LINES = 8;
const group = 'drift-over-time';

/** Each part of a window against the reference: columns with their limits, the performance expected, and the parts. */
export function DriftSeriesPage() {
  const { seriesId } = useParams({ from: '/drift/over-time/$seriesId' });
  const series = useQuery({
    queryKey: keys.item('drift-series', seriesId),
    queryFn: ({ signal }) => client.driftSeries.get({ params: { seriesId }, signal }),
    // It never changes.
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Page>
      {series.data ? null : <PageHeader title="Drift over time" crumbs={crumbs} />}
      <QueryView query={series}>{(data) => <Series series={data} />}</QueryView>
    </Page>
  );
}

function Series({ series }: { series: DriftSeries }) {
  const { chunks, columns, referenceName, currentName, every, performance, performanceNote } = series;
  return (
    <>
      <PageHeader
        title={`${currentName} over time`}
        crumbs={crumbs}
        description={
          <>
            <DriftVerdict drifted={series.drifted} />
            <span>{verdictOf(series)}</span>
          </>
        }
        actions={<DeleteSeries seriesId={series.id} />}
      />
      <p className="a-dim">
        {formatPlural(chunks.length, 'part')} {every}, each against {referenceName} (
        {formatCount(series.reference.rows)} rows).
      </p>
      <ColumnsPanel series={series} />
      {performance.map((one) => (
        <PerformancePanel key={one.metric} series={series} metric={one.metric} />
      ))}
      {performanceNote === null || performance.length > 0 ? null : (
        <p className="a-dim">No performance was estimated: {performanceNote}</p>
      )}
      <Panel title="Parts" padding="none">
        <PlainTable
          label="Parts"
          rows={chunks.map((chunk, i) => ({ chunk, i }))}
          keyOf={({ i }) => i}
          isMarked={({ i }) => columns.some((column) => isOutside(column, i))}
          columns={[
            { name: 'Part', cell: ({ chunk }) => chunk.name },
            { name: 'Rows', isNumber: true, cell: ({ chunk }) => formatCount(chunk.rows) },
            {
              name: 'Columns outside',
              isNumber: true,
              cell: ({ i }) => columns.filter((column) => isOutside(column, i)).length,
              cellHint: ({ i }) =>
                columns
                  .filter((column) => isOutside(column, i))
                  .map(({ name }) => name)
                  .join(', '),
            },
            ...performance.slice(0, 2).map((one) => ({
              id: one.metric,
              name: `${metricName(one.metric)}, estimated`,
              isNumber: true,
              cell: ({ i }: { i: number }) => formatMetric(one.estimates[i]),
            })),
            {
              name: 'Look closer',
              cell: ({ chunk }) =>
                chunk.window === null ? null : <OpenPart series={series} window={chunk.window} />,
            },
          ]}
        />
      </Panel>
      <Panel title="Columns" padding="none">
        <PlainTable
          label="Columns over time"
          rows={columns}
          keyOf={({ name }) => name}
          columns={[
            { name: 'Column', cell: ({ name }) => name },
            {
              name: 'Parts outside',
              isNumber: true,
              cell: ({ alerts }) => `${alerts} of ${chunks.length}`,
            },
            {
              name: 'Since',
              cell: ({ firstAlert }) => (firstAlert === null ? null : chunks[firstAlert]?.name),
            },
            {
              name: 'Last distance',
              isNumber: true,
              cell: ({ values }) => formatNumber(values.at(-1), 3),
            },
            { name: 'Limit', isNumber: true, cell: ({ limits }) => formatNumber(limits.at(-1), 3) },
            {
              name: 'Says',
              cell: (column) => <DriftVerdict drifted={isOutside(column, chunks.length - 1)} />,
            },
          ]}
        />
      </Panel>
    </>
  );
}

function ColumnsPanel({ series }: { series: DriftSeries }) {
  const { columns, chunks, shares } = series;
  const [name, setName] = useState<string | null>(columns[0]?.alerts ? columns[0].name : null);
  const { x, isTime } = useMemo(() => placesOf(chunks), [chunks]);
  const column = columns.find((one) => one.name === name);
  const lines = useMemo(
    () =>
      column === undefined
        ? columnLines(columns.slice(0, MOST_LINES), x)
        : [...columnLines([column], x), limitLine(column, x)],
    [column, columns, x],
  );
  const format = isTime ? { formatX: formatUtcDay } : { xLabel: 'Part' };
  const { open, canOpen } = useOpenPart(series);
  const pick = canOpen ? { onPickX: (at: number) => open(chunks[x.indexOf(at)]?.window ?? null) } : {};
  return (
    <Panel
      title="Distance from the reference"
      aside={
        <Select
          aria-label="Column"
          placeholder="All columns"
          clearable
          searchable
          size="xs"
          data={columns.map((one) => one.name)}
          value={name}
          onChange={setName}
        />
      }
    >
      {columns.length === 0 ? (
        <p>No column could be compared.</p>
      ) : (
        <>
          <LineChart
            title={column === undefined ? 'Distance of the columns' : `Distance of ${column.name}`}
            hidesTitle
            summary={summaryOf(series, column?.name ?? null)}
            series={lines}
            yLabel="Jensen–Shannon distance"
            yBounds={{ min: 0 }}
            cursorGroup={group}
            height={230}
            {...pick}
            {...format}
          />
          {canOpen ? (
            <p className="a-dim">
              Click a part, or go to it with the arrow keys and press Enter, to see its report.
            </p>
          ) : null}
          <h3 className={classes.heading}>Share of the columns outside</h3>
          <LineChart
            title="Share of the columns outside"
            hidesTitle
            series={[{ id: 'share', label: 'Columns outside', x, y: shares, showsPoints: true, colour: 3 }]}
            yBounds={{ min: 0, max: 1 }}
            formatY={(value) => formatPercent(value, 0)}
            cursorGroup={group}
            height={120}
            showsLegend={false}
            {...pick}
            {...format}
          />
        </>
      )}
    </Panel>
  );
}

function PerformancePanel({ series, metric }: { series: DriftSeries; metric: string }) {
  const { x, isTime } = useMemo(() => placesOf(series.chunks), [series.chunks]);
  const one = series.performance.find((candidate) => candidate.metric === metric);
  const lines = useMemo(() => (one === undefined ? [] : performanceLines(one, x)), [one, x]);
  if (one === undefined) return null;
  return (
    <Panel
      title={`${metricName(metric)}, estimated`}
      aside={
        <ToneBadge tone={one.alerts > 0 ? 'warn' : 'good'}>
          {one.alerts > 0 ? `${formatPlural(one.alerts, 'part')} outside` : 'within its band'}
        </ToneBadge>
      }
    >
      <LineChart
        title={`${metricName(metric)} over time`}
        hidesTitle
        series={lines}
        yLabel={metricName(metric)}
        cursorGroup={group}
        height={190}
        {...(isTime ? { formatX: formatUtcDay } : { xLabel: 'Part' })}
      />
    </Panel>
  );
}

function verdictOf({ driftedColumns, totalColumns, firstAlert, chunks }: DriftSeries): string {
  const last =
    driftedColumns === 0
      ? 'No column is outside in the last part.'
      : `${driftedColumns} of ${formatPlural(totalColumns, 'column')} outside in the last part.`;
  const first = firstAlert === null ? undefined : chunks[firstAlert]?.name;
  return first === undefined ? last : `${last} The first part outside is ${first}.`;
}

function summaryOf({ columns, chunks }: DriftSeries, name: string | null): string {
  const column = columns.find((one) => one.name === name);
  if (column === undefined) return `Distance of ${columns.length} columns over ${chunks.length} parts.`;
  return `${column.name} is outside its limit in ${column.alerts} of ${chunks.length} parts.`;
}

function DeleteSeries({ seriesId }: { seriesId: string }) {
  const router = useRouter();
  const remove = () =>
    client.driftSeries
      .delete({ params: { seriesId } })
      .then(() => router.history.push(paths.driftOverTime))
      .catch(toastFault);
  return (
    <ConfirmButton
      question="Delete this comparison? The data stay, so it can be made again."
      confirmLabel="Delete"
      onConfirm={remove}
    >
      Delete
    </ConfirmButton>
  );
}
