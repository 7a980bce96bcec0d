import { ActionIcon, Select } from '@mantine/core';
import { IconArrowsExchange } from '@tabler/icons-react';
import type {
  ColumnInteraction,
  DatasetVersion,
  VersionProfile,
} from '../../../../local-api/contract/index.ts';
import { formatCount, formatNumber, formatPlural, formatUtcDay } from '../../../app/format.ts';
import { Heatmap } from '../../../charts/Heatmap.tsx';
import { ScatterChart } from '../../../charts/ScatterChart.tsx';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { PlainTable } from '../../../components/PlainTable.tsx';
import { QueryView } from '../../../components/QueryView.tsx';
import type { ProfileSearch } from './ProfileView.tsx';
import classes from './profile.module.css';
import { useInteraction } from './profile-queries.ts';

type Props = {
  version: DatasetVersion;
  profile: VersionProfile;
  search: ProfileSearch;
  onSearch: (change: ProfileSearch) => void;
};

/** Two columns of choice against each other, over all rows. */
export function InteractionView({ version, profile, search, onSearch }: Props) {
  const names = profile.columns.map(({ name }) => name);
  const { x, y } = chosen(profile, search);
  return (
    <>
      <div className={classes.pair}>
        <Select
          label="Across"
          size="xs"
          searchable
          allowDeselect={false}
          data={names}
          value={x}
          onChange={(name) => onSearch({ x: name ?? undefined, y })}
        />
        <ActionIcon
          variant="default"
          size={30}
          aria-label="Swap the two columns"
          onClick={() => onSearch({ x: y, y: x })}
        >
          <IconArrowsExchange size={16} />
        </ActionIcon>
        <Select
          label="Up"
          size="xs"
          searchable
          allowDeselect={false}
          data={names}
          value={y}
          onChange={(name) => onSearch({ x, y: name ?? undefined })}
        />
      </div>
      {x === y ? (
        <EmptyState title="Choose two different columns">One across and one up.</EmptyState>
      ) : (
        <Pair version={version} profile={profile} x={x} y={y} />
      )}
    </>
  );
}

/** The columns of the address; else the pair that goes together most closely, or the first two. */
function chosen({ columns, details }: VersionProfile, search: ProfileSearch): { x: string; y: string } {
  const has = (name: string | undefined) => columns.some((column) => column.name === name);
  const names = columns.map(({ name }) => name);
  if (search.x !== undefined && search.y !== undefined && has(search.x) && has(search.y)) {
    return { x: search.x, y: search.y };
  }
  const overall = details?.associations.find(({ measure }) => measure === 'overall');
  let best = { x: names[0] ?? '', y: names[1] ?? names[0] ?? '', value: -1 };
  for (const [row, a] of overall?.rows.entries() ?? []) {
    for (const [column, b] of overall?.columns.entries() ?? []) {
      const value = overall?.values[row]?.[column] ?? 0;
      if (row < column && value > best.value) best = { x: a, y: b, value };
    }
  }
  return best;
}

type PairProps = { version: DatasetVersion; profile: VersionProfile; x: string; y: string };

function Pair({ version, profile, x, y }: PairProps) {
  const query = useInteraction(version.id, x, y);
  return (
    <QueryView query={query}>
      {(data) => (
        <>
          <p className={classes.lead}>{formatPlural(data.rows, 'row')} have a value in both columns.</p>
          {data.grid ? <Grid data={data} grid={data.grid} profile={profile} /> : null}
          {data.groups ? <Groups data={data} groups={data.groups} /> : null}
          {data.table ? <Counts data={data} table={data.table} /> : null}
        </>
      )}
    </QueryView>
  );
}

type GridProps = {
  data: ColumnInteraction;
  grid: NonNullable<ColumnInteraction['grid']>;
  profile: VersionProfile;
};

function Grid({ data, grid, profile }: GridProps) {
  const formatOf = (name: string) => {
    const type = profile.columns.find((column) => column.name === name)?.type;
    return type === 'date' || type === 'datetime' ? formatUtcDay : (value: number) => formatNumber(value);
  };
  const [formatX, formatY] = [formatOf(data.x), formatOf(data.y)];
  const from = (edges: readonly number[], format: (value: number) => string) =>
    edges.slice(0, -1).map((edge) => format(edge));
  return (
    <div className={classes.halves}>
      <Panel>
        <ScatterChart
          title={`${data.y} over ${data.x}: ${formatCount(grid.points.length)} rows taken evenly`}
          series={[{ label: 'Rows', points: grid.points.map(([a, b]) => ({ x: a, y: b })) }]}
          xLabel={data.x}
          yLabel={data.y}
          formatX={formatX}
          formatY={formatY}
          height={360}
        />
      </Panel>
      <Panel>
        <Heatmap
          title="All rows counted, by lower edge"
          rowLabels={unique(from(grid.yEdges, formatY)).reverse()}
          columnLabels={unique(from(grid.xEdges, formatX))}
          values={grid.counts.toReversed()}
          rowTitle={data.y}
          columnTitle={data.x}
          format={formatCount}
          isLogColour
        />
      </Panel>
    </div>
  );
}

/** Two edges may read alike: the second gets a mark. */
function unique(labels: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return labels.map((label) => {
    const times = (seen.get(label) ?? 0) + 1;
    seen.set(label, times);
    return times === 1 ? label : `${label}${'′'.repeat(times - 1)}`;
  });
}

type GroupsProps = { data: ColumnInteraction; groups: NonNullable<ColumnInteraction['groups']> };

function Groups({ data, groups }: GroupsProps) {
  const low = Math.min(...groups.map(({ quantiles }) => quantiles.p05));
  const high = Math.max(...groups.map(({ quantiles }) => quantiles.p95));
  const place = (value: number) => `${(100 * (value - low)) / (high - low || 1)}%`;
  return (
    <Panel title={`${data.x} and ${data.y}: the ${formatPlural(groups.length, 'most frequent value')}`}>
      <PlainTable
        label="The number within each value"
        isInset
        columns={[
          { name: 'Value', namesRow: true, cell: ({ label }) => label },
          { name: 'Rows', cell: ({ rows }) => formatCount(rows), isNumber: true },
          { name: 'Mean', cell: ({ mean }) => formatNumber(mean), isNumber: true },
          { name: '5 %', cell: ({ quantiles }) => formatNumber(quantiles.p05), isNumber: true },
          { name: '25 %', cell: ({ quantiles }) => formatNumber(quantiles.p25), isNumber: true },
          { name: 'Median', cell: ({ quantiles }) => formatNumber(quantiles.p50), isNumber: true },
          { name: '75 %', cell: ({ quantiles }) => formatNumber(quantiles.p75), isNumber: true },
          { name: '95 %', cell: ({ quantiles }) => formatNumber(quantiles.p95), isNumber: true },
          {
            name: 'Spread',
            cell: ({ quantiles: { p05, p25, p50, p75, p95 } }) => (
              <span className={classes.box} aria-hidden="true">
                <i style={{ left: place(p05), right: `calc(100% - ${place(p95)})` }} data-part="line" />
                <i style={{ left: place(p25), right: `calc(100% - ${place(p75)})` }} data-part="half" />
                <i style={{ left: place(p50) }} data-part="middle" />
              </span>
            ),
          },
        ]}
        rows={groups}
        keyOf={({ label }) => label}
      />
    </Panel>
  );
}

type CountsProps = { data: ColumnInteraction; table: NonNullable<ColumnInteraction['table']> };

function Counts({ data, table }: CountsProps) {
  return (
    <Panel>
      <Heatmap
        title={`How often values of ${data.x} and ${data.y} meet`}
        rowLabels={table.yLabels}
        columnLabels={table.xLabels}
        values={table.counts}
        rowTitle={data.y}
        columnTitle={data.x}
        format={formatCount}
        isLogColour
      />
    </Panel>
  );
}
