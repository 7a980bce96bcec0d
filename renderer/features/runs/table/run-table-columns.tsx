import type { RunRow } from '../../../../local-api/contract/index.ts';
import { formatDuration, formatMetric, NO_VALUE } from '../../../app/format.ts';
import { paths } from '../../../app/paths.ts';
import { AppLink } from '../../../components/AppLink.tsx';
import type { DataColumn } from '../../../components/DataTable.tsx';
import { Digest } from '../../../components/Digest.tsx';
import { Elapsed } from '../../../components/Elapsed.tsx';
import { RelativeTime } from '../../../components/RelativeTime.tsx';
import { RunStatusCell } from './RunStatusCell.tsx';
import classes from './RunsTable.module.css';
import {
  type ColumnId,
  columnLabel,
  columnValue,
  durationOf,
  filterName,
  parseColumn,
} from './run-columns.ts';

/** The chosen columns as the table draws them. */
export function tableColumns(
  columns: readonly ColumnId[],
  experimentNames: ReadonlyMap<string, string>,
): DataColumn<RunRow>[] {
  return columns.map((id) => {
    const { family, key } = parseColumn(id);
    const base = { id, header: family === 'attributes' ? columnLabel(id) : id, sortKey: filterName(id) };
    if (family === 'attributes') return { ...base, ...attributeColumn(key, experimentNames) };
    return {
      ...base,
      headerNode: (
        <>
          <span className={classes.family}>{family}</span> {key}
        </>
      ),
      width: Math.min(220, Math.max(110, 46 + 7 * (key.length + family.length))),
      ...(family === 'metrics' ? { align: 'right' as const } : {}),
      cell: (run) => <Value value={columnValue(run, id, 0)} isMetric={family === 'metrics'} />,
    };
  });
}

type Drawn = Pick<DataColumn<RunRow>, 'cell' | 'width' | 'grow' | 'align'>;

function attributeColumn(key: string, experimentNames: ReadonlyMap<string, string>): Drawn {
  switch (key) {
    case 'name':
      return { width: 176, grow: true, cell: (run) => <RunName run={run} /> };
    case 'status':
      return { width: 130, cell: (run) => <RunStatusCell run={run} /> };
    case 'startedAtMs':
      return { width: 118, cell: (run) => <RelativeTime timeMs={run.startedAtMs} /> };
    case 'endedAtMs':
      return { width: 118, cell: (run) => <RelativeTime timeMs={run.endedAtMs} /> };
    case 'durationMs':
      return { width: 96, align: 'right', cell: (run) => <Duration run={run} /> };
    case 'experimentId':
      return {
        width: 160,
        cell: ({ experimentId }) =>
          experimentId ? (
            <AppLink href={paths.experiment(experimentId)}>
              {experimentNames.get(experimentId) ?? experimentId}
            </AppLink>
          ) : (
            NO_VALUE
          ),
      };
    case 'id':
      return { width: 110, cell: (run) => <Digest value={run.id} /> };
    default:
      return { width: 120, cell: (run) => columnValue(run, key, 0) ?? NO_VALUE };
  }
}

function RunName({ run }: { run: RunRow }) {
  const isDeleted = run.lifecycle === 'deleted';
  return (
    <>
      <AppLink href={paths.run(run.id)} className={isDeleted ? classes.deleted : undefined}>
        {run.name ?? run.id}
      </AppLink>
      {isDeleted ? <span className="a-dim"> deleted</span> : null}
    </>
  );
}

function Duration({ run }: { run: RunRow }) {
  if (run.status === 'running') return <Elapsed startedAtMs={run.startedAtMs} endedAtMs={run.endedAtMs} />;
  return <>{formatDuration(durationOf(run, 0))}</>;
}

function Value({ value, isMetric }: { value: string | number | null; isMetric: boolean }) {
  if (value === null) return <span className="a-dim">{NO_VALUE}</span>;
  if (typeof value === 'number') return <span title={String(value)}>{formatMetric(value)}</span>;
  return <span title={value}>{isMetric ? value.replace('Infinity', '∞') : value}</span>;
}
