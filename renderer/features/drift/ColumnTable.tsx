import { useMemo } from 'react';
import { type ColumnDrift, driftMethods } from '../../../local-api/contract/index.ts';
import { formatNumber } from '../../app/format.ts';
import { SparkHistogram } from '../../charts/SparkHistogram.tsx';
import { type DataColumn, DataTable } from '../../components/DataTable.tsx';
import { DriftVerdict } from './DriftVerdict.tsx';
import { decidesByPValue } from './severity.ts';

const tableColumns: readonly DataColumn<ColumnDrift>[] = [
  { id: 'name', header: 'Column', width: 110, grow: true, cell: (column) => <strong>{column.name}</strong> },
  {
    id: 'verdict',
    header: 'Verdict',
    width: 98,
    cell: (column) => <DriftVerdict drifted={column.drifted} />,
  },
  { id: 'shape', header: 'Distributions', width: 150, cell: (column) => <Spark column={column} /> },
  {
    id: 'method',
    header: 'Method',
    width: 106,
    cell: (column) => (
      <span title={driftMethods[column.method].title}>{driftMethods[column.method].short}</span>
    ),
  },
  {
    id: 'score',
    header: 'Score',
    width: 74,
    align: 'right',
    cell: (column) => formatNumber(column.score, 3),
  },
  {
    id: 'threshold',
    header: 'Threshold',
    width: 90,
    align: 'right',
    cell: (column) =>
      decidesByPValue(column.method)
        ? `p < ${formatNumber(column.threshold, 3)}`
        : formatNumber(column.threshold, 3),
  },
];

type Props = {
  columns: readonly ColumnDrift[];
  currentName: string | undefined;
  onOpen: (name: string) => void;
};

/** The columns of a report in one line each. */
export function ColumnTable({ columns, currentName, onOpen }: Props) {
  const height = useMemo(() => Math.min(560, 34 + Math.max(columns.length, 3) * 38), [columns.length]);
  return (
    <DataTable
      label="Columns by severity"
      isMain
      columns={tableColumns}
      rows={columns}
      rowId={(column) => column.name}
      onOpen={(column) => onOpen(column.name)}
      currentId={currentName}
      maxHeight={height}
    />
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
