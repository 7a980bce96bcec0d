import { Button, CopyButton, SegmentedControl, TextInput } from '@mantine/core';
import { IconCheck, IconCopy, IconSearch } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { type ColumnDrift, driftLevelOf, driftMethods } from '../../../local-api/contract/index.ts';
import { formatNumber } from '../../app/format.ts';
import { SparkHistogram } from '../../charts/SparkHistogram.tsx';
import { toCsv } from '../../charts/table.ts';
import { type DataColumn, DataTable } from '../../components/DataTable.tsx';
import classes from './ColumnTable.module.css';
import { LevelBadge } from './LevelBadge.tsx';
import { columnsCsvTable, decidesByPValue, formatPValue, formatScore, isHonest } from './severity.ts';

const tableColumns: readonly DataColumn<ColumnDrift>[] = [
  { id: 'name', header: 'Column', width: 110, grow: true, cell: (column) => <strong>{column.name}</strong> },
  {
    id: 'verdict',
    header: 'Verdict',
    width: 118,
    cell: (column) => <LevelBadge level={driftLevelOf(column)} />,
  },
  { id: 'shape', header: 'Distributions', width: 146, cell: (column) => <Spark column={column} /> },
  { id: 'size', header: 'Change', width: 108, cell: (column) => <Size column={column} /> },
  {
    id: 'p',
    header: 'p',
    width: 82,
    align: 'right',
    cell: (column) => formatPValue(column.significance?.adjusted ?? column.pValue),
  },
  { id: 'by', header: 'Judged by', width: 112, cell: (column) => <JudgedBy column={column} /> },
];

const filters = [
  { value: 'all', label: 'All' },
  { value: 'changed', label: 'Changed' },
  { value: 'drifted', label: 'Drifted' },
];

type Props = {
  columns: readonly ColumnDrift[];
  currentName: string | undefined;
  onOpen: (name: string) => void;
};

/** The columns of a report in one line each, with a search and the table as a file. */
export function ColumnTable({ columns, currentName, onOpen }: Props) {
  const [search, setSearch] = useState('');
  const [filter, setFilter] = useState('all');
  const shown = useMemo(() => {
    const wanted = search.trim().toLowerCase();
    return columns.filter((column) => {
      const level = driftLevelOf(column);
      const fits = filter === 'all' || level === 'drifted' || (filter === 'changed' && level === 'minor');
      return fits && column.name.toLowerCase().includes(wanted);
    });
  }, [columns, search, filter]);
  const height = useMemo(() => Math.min(560, 34 + Math.max(columns.length, 3) * 38), [columns.length]);
  const csv = useMemo(() => toCsv(columnsCsvTable(shown)), [shown]);
  return (
    <>
      <div className={classes.tools}>
        <TextInput
          aria-label="Search columns"
          placeholder="Search columns"
          leftSection={<IconSearch size={14} />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          className={classes.search}
        />
        <SegmentedControl aria-label="Which columns" data={filters} value={filter} onChange={setFilter} />
        <CopyButton value={csv} timeout={1500}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
              onClick={copy}
            >
              {copied ? 'Copied' : 'Copy as CSV'}
            </Button>
          )}
        </CopyButton>
      </div>
      <DataTable
        label="Columns by severity"
        isMain
        columns={tableColumns}
        rows={shown}
        rowId={(column) => column.name}
        onOpen={(column) => onOpen(column.name)}
        currentId={currentName}
        maxHeight={height}
        empty={<p className={classes.empty}>No column fits: clear the search or show all of them.</p>}
      />
    </>
  );
}

function Spark({ column }: { column: ColumnDrift }) {
  const { distribution } = column;
  return (
    <SparkHistogram
      label={`Distribution of ${column.name}: reference filled, current outlined`}
      series={[distribution.reference, distribution.current]}
      {...(distribution.kind === 'histogram' ? { edges: distribution.edges } : {})}
      width={130}
      height={22}
    />
  );
}

/** The size in standard deviations, with a bar that is full at one. */
function Size({ column }: { column: ColumnDrift }) {
  const { effect } = column;
  if (effect === undefined) return <>{formatScore(column.score)}</>;
  return (
    <span className={classes.size} title={`${formatNumber(effect.value, 3)} standard deviations`}>
      <span className={classes.bar} aria-hidden="true">
        <span
          className={classes.fill}
          data-level={driftLevelOf(column)}
          style={{ width: `${Math.min(effect.value, 1) * 100}%` }}
        />
      </span>
      {effect.value.toFixed(2)} σ
    </span>
  );
}

function JudgedBy({ column }: { column: ColumnDrift }) {
  if (isHonest(column)) return <span title="Size and significance">size, p</span>;
  const { title, short } = driftMethods[column.method];
  const limit = `${decidesByPValue(column.method) ? 'p < ' : ''}${formatNumber(column.threshold, 3)}`;
  const score = formatScore(column.score);
  return <span title={`${title}: ${score}, threshold ${limit}`}>{short}</span>;
}
