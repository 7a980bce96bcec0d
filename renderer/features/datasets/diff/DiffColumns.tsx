import { useMemo } from 'react';
import {
  type DatasetDiff,
  type DatasetDiffColumn,
  driftLevelOf,
} from '../../../../local-api/contract/index.ts';
import { formatCount } from '../../../app/format.ts';
import { SparkHistogram } from '../../../charts/SparkHistogram.tsx';
import { type DataColumn, DataTable } from '../../../components/DataTable.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { ShareBar } from '../../../components/ShareBar.tsx';
import { TypeLabel } from '../../../components/TypeLabel.tsx';
import { LevelBadge } from '../../drift/LevelBadge.tsx';
import classes from './diff.module.css';

/** The columns that differ, each with how many cells changed and how its distribution moved. */
export function DiffColumns({ diff }: { diff: DatasetDiff }) {
  const changed = useMemo(
    () =>
      diff.columns
        .filter(({ isSame, renamedFrom }) => !isSame || renamedFrom !== null)
        .toSorted((a, b) => weightOf(b) - weightOf(a)),
    [diff],
  );
  const inBoth = Math.max(1, diff.rows.other - diff.rows.added);
  const columns = useMemo(
    (): DataColumn<DatasetDiffColumn>[] => [
      {
        id: 'name',
        header: 'Column',
        width: 150,
        grow: true,
        cell: (column) => <strong>{column.name}</strong>,
      },
      { id: 'type', header: 'Schema', width: 190, cell: (column) => <SchemaChange column={column} /> },
      {
        id: 'cells',
        header: 'Changed cells',
        width: 160,
        align: 'right',
        cell: ({ changedCells }) =>
          changedCells === null ? null : (
            <span className={classes.share}>
              {changedCells === 0 ? null : <ShareBar share={changedCells / inBoth} />}
              {formatCount(changedCells)}
            </span>
          ),
      },
      { id: 'shape', header: 'Distributions', width: 146, cell: (column) => <Spark column={column} /> },
      {
        id: 'verdict',
        header: 'Verdict',
        width: 300,
        cell: ({ drift, note }) =>
          drift === null ? (
            <span className="a-dim" title={note}>
              {note}
            </span>
          ) : (
            <span title={drift.reason}>
              <LevelBadge level={driftLevelOf(drift)} />
            </span>
          ),
      },
    ],
    [inBoth],
  );
  const same = diff.columns.length - changed.length;
  return (
    <Panel
      title="Columns"
      padding="none"
      aside={
        <span className="a-dim">
          {same === 0 ? '' : `${formatCount(same)} more are the same in every row`}
          {diff.driftEvery > 1 ? ` · distributions of every ${diff.driftEvery}th row` : ''}
        </span>
      }
    >
      <DataTable
        label="Columns that differ"
        columns={columns}
        rows={changed}
        rowId={(column) => column.name}
        maxHeight={Math.min(300, 36 + Math.max(1, changed.length) * 32)}
        empty={<p style={{ padding: '8px 14px', margin: 0 }}>Every column is the same in every row.</p>}
      />
    </Panel>
  );
}

/** Schema changes first, then drift, then changed cells. */
function weightOf({ before, after, drift, changedCells }: DatasetDiffColumn): number {
  const schema = before === after ? 0 : 4e12;
  const level =
    drift === null ? 0 : { drifted: 2e12, minor: 1e12, none: 0, 'too-few': 0 }[driftLevelOf(drift)];
  return schema + level + (changedCells ?? 0);
}

function SchemaChange({ column: { before, after, renamedFrom } }: { column: DatasetDiffColumn }) {
  if (before === null) return <span className={classes.added}>new {after}</span>;
  if (after === null) return <span className={classes.removed}>gone, was {before}</span>;
  if (before !== after)
    return (
      <>
        <span className={classes.was}>{before}</span> <span className={classes.is}>{after}</span>
      </>
    );
  return renamedFrom === null ? <TypeLabel type={after} /> : <>renamed from {renamedFrom}</>;
}

function Spark({ column: { name, drift } }: { column: DatasetDiffColumn }) {
  if (drift === null) return null;
  const { distribution } = drift;
  return (
    <SparkHistogram
      label={`Distribution of ${name}: older version filled, newer one outlined`}
      series={[distribution.reference, distribution.current]}
      {...(distribution.kind === 'histogram' ? { edges: distribution.edges } : {})}
      width={130}
      height={22}
    />
  );
}
