import { Group, Switch } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { Column, DatasetDiff, DiffRow, DiffRowKind } from '../../../../local-api/contract/index.ts';
import { client } from '../../../app/api.ts';
import { formatCount } from '../../../app/format.ts';
import { keys } from '../../../app/queries.ts';
import { useShortcuts } from '../../../app/shortcuts.ts';
import { type DataColumn, DataTable } from '../../../components/DataTable.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { Tabs } from '../../../components/Tabs.tsx';
import { CellValue } from '../CellValue.tsx';
import classes from './diff.module.css';

const PAGE = 200;
const kinds: readonly { id: DiffRowKind; label: string }[] = [
  { id: 'changed', label: 'Changed' },
  { id: 'added', label: 'Added' },
  { id: 'removed', label: 'Removed' },
];

/** The rows that differ: a cell that changed shows what it was and what it is. */
export function DiffRows({ diff }: { diff: DatasetDiff }) {
  const offered = kinds.filter(({ id }) => id !== 'changed' || diff.rows.changed !== null);
  const first = offered.find(({ id }) => (diff.rows[id] ?? 0) > 0) ?? offered[0];
  const [isNarrow, setNarrow] = useState(false);
  const [chosen, setChosen] = useState<DiffRowKind | null>(null);
  const kind = chosen ?? first?.id ?? 'added';
  const rows = useInfiniteQuery({
    queryKey: keys.part('datasets', diff.id, 'diff-rows', kind),
    queryFn: ({ signal, pageParam }) =>
      client.datasetDiffs.rows({
        params: { diffId: diff.id },
        query: { kind, offset: pageParam, limit: PAGE },
        signal,
      }),
    initialPageParam: 0,
    getNextPageParam: ({ offset, rows: read, total }) =>
      offset + read.length < total ? offset + read.length : undefined,
    // A comparison never changes.
    staleTime: Number.POSITIVE_INFINITY,
  });
  const shown = useMemo(() => rows.data?.pages.flatMap((page) => page.rows) ?? [], [rows.data]);
  const columns = useMemo(
    () => columnsOf(rows.data?.pages[0]?.columns ?? [], diff, kind, isNarrow),
    [rows.data, diff, kind, isNarrow],
  );
  const all = diff.rows[kind] ?? 0;
  useShortcuts([
    ...offered.map((one) => ({
      keys: one.label.charAt(0).toLowerCase(),
      label: `${one.label} rows`,
      group: 'Rows that differ',
      run: () => setChosen(one.id),
    })),
    {
      keys: 'o',
      label: 'Only changed columns',
      group: 'Rows that differ',
      run: () => setNarrow((now) => !now),
    },
  ]);
  return (
    <Panel
      title="Rows"
      padding="none"
      grow
      aside={
        <Group gap="md" wrap="nowrap">
          {diff.kept[kind] < all ? (
            <span className="a-dim">
              the first {formatCount(diff.kept[kind])} of {formatCount(all)}; Export writes all
            </span>
          ) : null}
          {kind === 'changed' ? (
            <Switch
              size="xs"
              label="Only changed columns"
              checked={isNarrow}
              onChange={(event) => setNarrow(event.currentTarget.checked)}
            />
          ) : null}
        </Group>
      }
    >
      <div style={{ padding: '0 14px' }}>
        <Tabs
          label="Which rows"
          items={offered.map((one) => ({ ...one, note: formatCount(diff.rows[one.id] ?? 0) }))}
          value={kind}
          onChange={(id) => setChosen(kinds.find((one) => one.id === id)?.id ?? null)}
        />
      </div>
      <DataTable
        label={`Rows ${kind}`}
        isMain
        columns={columns}
        rows={shown}
        rowId={(row) => `${row.baseRow} ${row.otherRow}`}
        isPending={rows.isPending}
        error={rows.error}
        hasMore={rows.hasNextPage}
        onEndReached={() => void rows.fetchNextPage()}
        total={diff.kept[kind]}
        empty={<p style={{ padding: '8px 14px', margin: 0 }}>{nothing[kind]}</p>}
      />
    </Panel>
  );
}

const nothing: Record<DiffRowKind, string> = {
  changed: 'No row that is in both versions has another value.',
  added: 'The newer version has no row that the older one lacks.',
  removed: 'The older version has no row that the newer one lacks.',
};

/** The row number and the key stand still, then the columns with changed cells, then, unless it is narrow, the others. */
function columnsOf(
  columns: readonly Column[],
  diff: DatasetDiff,
  kind: DiffRowKind,
  isNarrow: boolean,
): DataColumn<DiffRow>[] {
  const key = new Set(diff.key.columns);
  const changed = new Set(
    diff.columns.flatMap(({ name, changedCells }) =>
      changedCells !== null && changedCells > 0 ? [name] : [],
    ),
  );
  const rank = ({ name }: Column) => (key.has(name) ? 0 : kind === 'changed' && changed.has(name) ? 1 : 2);
  const order = columns
    .map((column, place) => ({ column, place }))
    .filter(({ column }) => !isNarrow || kind !== 'changed' || rank(column) < 2)
    .sort((a, b) => rank(a.column) - rank(b.column) || a.place - b.place);
  return [
    {
      id: 'row',
      header: 'Row',
      width: 90,
      align: 'right',
      frozen: true,
      cell: ({ baseRow, otherRow }) => formatCount((otherRow ?? baseRow ?? 0) + 1),
    },
    ...order.map(
      ({ column, place }): DataColumn<DiffRow> => ({
        id: `c${place}`,
        header: column.name,
        align: isNumber(column) ? 'right' : 'left',
        width: Math.min(240, Math.max(110, column.name.length * 8 + 24)),
        frozen: key.has(column.name) && key.size <= 2,
        cell: (row) => <DiffCell row={row} column={column} place={place} />,
      }),
    ),
  ];
}

const isNumber = ({ type }: Column) => type === 'integer' || type === 'float';

function DiffCell({ row, column, place }: { row: DiffRow; column: Column; place: number }) {
  const value = row.cells[place];
  const was = row.before.find((change) => change.column === place);
  if (was === undefined) return <CellValue value={value} type={column.type} />;
  return (
    <span>
      <span className={classes.was}>{textOf(was.value)}</span>{' '}
      <span className={classes.is}>{textOf(value)}</span>
    </span>
  );
}

function textOf(value: DiffRow['cells'][number] | undefined): string {
  return value === null || value === undefined ? 'missing' : String(value);
}
