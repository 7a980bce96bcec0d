import { IconAlertTriangle } from '@tabler/icons-react';
import { useMemo } from 'react';
import type {
  ColumnDetails,
  ColumnProfile,
  FindingSeverity,
  VersionProfile,
} from '../../../../local-api/contract/index.ts';
import { formatCount, formatPercent } from '../../../app/format.ts';
import { SparkHistogram } from '../../../charts/SparkHistogram.tsx';
import { type DataColumn, DataTable } from '../../../components/DataTable.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { TypeLabel } from '../../../components/TypeLabel.tsx';
import shared from '../dataset.module.css';
import { formatCell } from '../format-cell.ts';
import { ColumnPanel } from './ColumnPanel.tsx';

type Props = {
  profile: VersionProfile;
  /** Name of the column shown in detail. */
  column: string | undefined;
  onColumn: (column: string) => void;
};

type Row = {
  column: ColumnProfile;
  details: ColumnDetails | null;
  /** What stands out about it, worst first. */
  words: string[];
  severity: FindingSeverity | null;
};

/** Every column in a line, one of them in detail. */
export function ColumnsView({ profile, column, onColumn }: Props) {
  const rows = useMemo(() => rowsOf(profile), [profile]);
  const columns = useMemo(() => tableColumns(profile), [profile]);
  const shown = rows.find((one) => one.column.name === column) ?? rows[0];
  return (
    <div className={shared.profile}>
      <Panel title="Columns" padding="none">
        <DataTable
          label="Columns"
          isMain
          columns={columns}
          rows={rows}
          rowId={(one) => one.column.name}
          onOpen={(one) => onColumn(one.column.name)}
          currentId={shown?.column.name}
          maxHeight={Math.min(640, 36 + Math.max(4, rows.length) * 38)}
        />
      </Panel>
      {shown ? (
        <ColumnPanel
          key={shown.column.name}
          column={shown.column}
          details={shown.details}
          words={shown.words}
          rows={profile.rows}
        />
      ) : null}
    </div>
  );
}

function rowsOf({ columns, details }: VersionProfile): Row[] {
  return columns.map((column, index) => {
    const found = details?.findings.filter((finding) => finding.column === column.name) ?? [];
    return {
      column,
      details: details?.columns[index] ?? null,
      words: details === null ? column.warnings : found.map(({ message }) => message),
      severity: details === null ? null : (found[0]?.severity ?? null),
    };
  });
}

function tableColumns({ rows, details }: VersionProfile): readonly DataColumn<Row>[] {
  const meaning: DataColumn<Row> = {
    id: 'meaning',
    header: 'Meaning',
    width: 98,
    cell: ({ details: about }) => about?.semantic ?? <span className="a-dim">–</span>,
  };
  return [
    { id: 'name', header: 'Column', width: 116, grow: true, cell: (row) => <Name row={row} /> },
    { id: 'type', header: 'Type', width: 94, cell: ({ column }) => <TypeLabel type={column.type} /> },
    ...(details === null ? [] : [meaning]),
    { id: 'shape', header: 'Distribution', width: 112, cell: ({ column }) => <Shape column={column} /> },
    {
      id: 'missing',
      header: 'Missing',
      width: 70,
      align: 'right',
      cell: ({ column }) =>
        column.missing === 0 ? <span className="a-dim">none</span> : formatPercent(column.missing / rows),
    },
    {
      id: 'distinct',
      header: 'Distinct',
      width: 74,
      align: 'right',
      cell: ({ column }) => formatCount(column.distinct),
    },
    {
      id: 'range',
      header: 'Lowest to highest',
      width: 180,
      align: 'right',
      cell: ({ column }) => <Range column={column} />,
    },
  ];
}

function Name({ row: { column, words, severity } }: { row: Row }) {
  if (words.length === 0) return <strong>{column.name}</strong>;
  const all = words.join('; ');
  const colour = severity === 'high' ? 'bad' : severity === 'info' ? 'info' : 'warn';
  return (
    <span className={shared.name} title={all}>
      <strong className="a-truncate">{column.name}</strong>
      <IconAlertTriangle
        size={14}
        color={`var(--a-${colour})`}
        role="img"
        aria-label={`Worth a look: ${all}`}
      />
    </span>
  );
}

function Range({ column }: { column: ColumnProfile }) {
  // The days are enough here; the panel beside has the times.
  const type = column.type === 'datetime' ? 'date' : column.type;
  return (
    <>
      {formatCell(column.min, type)} <span className="a-dim">to</span> {formatCell(column.max, type)}
    </>
  );
}

function Shape({ column }: { column: ColumnProfile }) {
  if (column.histogram) {
    return (
      <SparkHistogram
        label={`Histogram of ${column.name}`}
        series={[column.histogram.counts]}
        edges={column.histogram.edges}
        width={92}
        height={22}
      />
    );
  }
  if (column.topValues.length === 0) return null;
  return (
    <SparkHistogram
      label={`Most frequent values of ${column.name}`}
      series={[column.topValues.map((entry) => entry.count)]}
      width={92}
      height={22}
    />
  );
}
