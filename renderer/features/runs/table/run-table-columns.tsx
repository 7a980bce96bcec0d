import { IconPinFilled, IconStar, IconStarFilled } from '@tabler/icons-react';
import type { RunGroup, RunRow } from '../../../../local-api/contract/index.ts';
import { formatCount, formatDuration, formatMetric, NO_VALUE } from '../../../app/format.ts';
import { paths } from '../../../app/paths.ts';
import type { Scheme } from '../../../charts/palette.ts';
import { AppLink } from '../../../components/AppLink.tsx';
import type { DataColumn } from '../../../components/DataTable.tsx';
import { Digest } from '../../../components/Digest.tsx';
import { Elapsed } from '../../../components/Elapsed.tsx';
import { RelativeTime } from '../../../components/RelativeTime.tsx';
import { chosenColor } from '../run-colors.ts';
import { markOf } from '../run-marks.ts';
import { type Aggregate, aggregateDetail, aggregateText } from './aggregates.ts';
import { RunStatusCell } from './RunStatusCell.tsx';
import classes from './RunsTable.module.css';
import {
  type ColumnId,
  columnLabel,
  columnValue,
  durationOf,
  filterName,
  isFrozenColumn,
  parseColumn,
} from './run-columns.ts';
import { Sparkline } from './Sparkline.tsx';
import type { RunsTableRow } from './table-rows.ts';

type Options = {
  columns: readonly ColumnId[];
  /** Keys of metrics that are drawn with their curve. */
  curves: ReadonlySet<string>;
  /** Fields that are grouped by; none when runs are not grouped. */
  groupBy: readonly string[];
  aggregate: Aggregate;
  experimentNames: ReadonlyMap<string, string>;
  /** The theme in force, for the colours of runs. */
  scheme: Scheme;
  onStar: (run: RunRow) => void;
  onMore: (id: string) => void;
};

/** The chosen columns as the table draws them. */
export function tableColumns(options: Options): DataColumn<RunsTableRow>[] {
  return options.columns.map((id) => {
    const { family, key } = parseColumn(id);
    const isGrouped = options.groupBy.length > 0;
    const base = {
      id,
      header: family === 'attributes' ? columnLabel(id) : id,
      sortKey: isGrouped && id === 'name' ? 'count' : filterName(id),
      frozen: isFrozenColumn(id),
    };
    if (id === 'name') return { ...base, ...nameColumn(options) };
    const drawn = family === 'attributes' ? attributeColumn(key, options) : keyColumn(id, options);
    return {
      ...base,
      ...drawn,
      cell: (row) => {
        if (row.kind === 'run') return drawn.ofRun(row.run);
        return row.kind === 'group' ? (drawn.ofGroup?.(row.group) ?? groupValue(row.group, id)) : null;
      },
    };
  });
}

type Drawn = Pick<DataColumn<RunsTableRow>, 'width' | 'grow' | 'align' | 'headerNode'> & {
  ofRun: (run: RunRow) => React.ReactNode;
  ofGroup?: (group: RunGroup) => React.ReactNode;
};

function keyColumn(id: ColumnId, { curves, aggregate }: Options): Drawn {
  const { family, key } = parseColumn(id);
  const hasCurve = family === 'metrics' && curves.has(key);
  const headerNode = (
    <>
      <span className={classes.family}>{family}</span> {key}
    </>
  );
  const width = Math.min(220, Math.max(hasCurve ? 176 : 110, 64 + 7 * (key.length + family.length)));
  if (family !== 'metrics')
    return { headerNode, width, ofRun: (run) => <Text value={columnValue(run, id, 0)} /> };
  return {
    headerNode,
    width,
    align: 'right',
    ofRun: (run) => (
      <>
        {hasCurve ? <Sparkline runId={run.id} metric={key} points={run.metrics?.[key]?.count ?? 0} /> : null}
        <Metric value={columnValue(run, id, 0)} />
      </>
    ),
    ofGroup: (group) => (
      <span title={aggregateDetail(group.metrics[key])}>{aggregateText(group.metrics[key], aggregate)}</span>
    ),
  };
}

function nameColumn({
  groupBy,
  onMore,
  experimentNames,
  scheme,
}: Options): Omit<DataColumn<RunsTableRow>, 'id' | 'header'> {
  return {
    width: groupBy.length > 0 ? 300 : 220,
    grow: true,
    isTree: true,
    cell: (row) => {
      if (row.kind === 'run') return <RunName run={row.run} scheme={scheme} />;
      if (row.kind === 'group') return <GroupName group={row.group} by={groupBy} names={experimentNames} />;
      const { more } = row;
      if (more === null) return <span className="a-dim">{row.text}</span>;
      return (
        <button type="button" className={classes.moreRuns} tabIndex={-1} onClick={() => onMore(more)}>
          {row.text}
        </button>
      );
    },
  };
}

function attributeColumn(key: string, { experimentNames, onStar }: Options): Drawn {
  switch (key) {
    case 'starred':
      return {
        width: 34,
        headerNode: <IconStar size={13} aria-label="Star" />,
        ofRun: (run) => <Star run={run} onStar={onStar} />,
        ofGroup: () => '',
      };
    case 'status':
      return { width: 130, ofRun: (run) => <RunStatusCell run={run} /> };
    case 'startedAtMs':
      return {
        width: 118,
        ofRun: (run) => <RelativeTime timeMs={run.startedAtMs} />,
        ofGroup: (group) => <RelativeTime timeMs={group.startedAtMs.max} />,
      };
    case 'endedAtMs':
      return { width: 118, ofRun: (run) => <RelativeTime timeMs={run.endedAtMs} /> };
    case 'durationMs':
      return { width: 104, align: 'right', ofRun: (run) => <Duration run={run} /> };
    case 'experimentId':
      return {
        width: 160,
        ofRun: ({ experimentId }) =>
          experimentId ? (
            <AppLink href={paths.experiment(experimentId)}>
              {experimentNames.get(experimentId) ?? experimentId}
            </AppLink>
          ) : (
            NO_VALUE
          ),
      };
    case 'id':
      return { width: 110, ofRun: (run) => <Digest value={run.id} /> };
    default:
      return { width: 120, ofRun: (run) => columnValue(run, key, 0) ?? NO_VALUE };
  }
}

/** What all runs of a group have in a column, where they are grouped by it. */
function groupValue(group: RunGroup, id: ColumnId) {
  const name = filterName(id);
  if (!(name in group.values)) return '';
  return <Text value={group.values[name] ?? null} />;
}

function Star({ run, onStar }: { run: RunRow; onStar: (run: RunRow) => void }) {
  const isStarred = markOf(run, 'starred') !== null;
  const Icon = isStarred ? IconStarFilled : IconStar;
  return (
    <button
      type="button"
      className={classes.star}
      tabIndex={-1}
      data-on={isStarred || undefined}
      aria-label={isStarred ? 'Take the star off' : 'Star'}
      aria-pressed={isStarred}
      onClick={() => onStar(run)}
    >
      <Icon size={14} aria-hidden="true" />
    </button>
  );
}

function RunName({ run, scheme }: { run: RunRow; scheme: Scheme }) {
  const isDeleted = run.lifecycle === 'deleted';
  const color = chosenColor(run, scheme);
  return (
    <>
      {color === null ? null : (
        <span
          className={classes.dot}
          role="img"
          aria-label="Coloured"
          title="The colour of this run in charts"
          style={{ background: color }}
        />
      )}
      {markOf(run, 'pinned') === null ? null : (
        <IconPinFilled size={12} className={classes.pin} aria-label="Pinned" />
      )}
      <AppLink href={paths.run(run.id)} className={isDeleted ? classes.deleted : undefined}>
        {run.name ?? run.id}
      </AppLink>
      {isDeleted ? <span className="a-dim"> deleted</span> : null}
      {run.childCount ? <span className={classes.count}>{formatCount(run.childCount)}</span> : null}
    </>
  );
}

type GroupNameProps = { group: RunGroup; by: readonly string[]; names: ReadonlyMap<string, string> };

function GroupName({ group, by, names }: GroupNameProps) {
  return (
    <>
      {by.map((field) => {
        const value = group.values[field] ?? null;
        const shown = field === 'experimentId' ? (names.get(String(value)) ?? value) : value;
        return (
          <span key={field} className={classes.groupValue}>
            <span className="a-dim">{field.replace(/^(params|tags)\./, '')} </span>
            {shown === null || shown === '' ? <i>none</i> : shown}
          </span>
        );
      })}
      <span className={classes.count}>{formatCount(group.count)}</span>
    </>
  );
}

function Duration({ run }: { run: RunRow }) {
  if (run.status === 'running') return <Elapsed startedAtMs={run.startedAtMs} endedAtMs={run.endedAtMs} />;
  return <>{formatDuration(durationOf(run, 0))}</>;
}

function Text({ value }: { value: string | number | null }) {
  if (value === null) return <span className="a-dim">{NO_VALUE}</span>;
  return <span title={String(value)}>{value}</span>;
}

function Metric({ value }: { value: string | number | null }) {
  if (value === null) return <span className="a-dim">{NO_VALUE}</span>;
  if (typeof value === 'number') return <span title={String(value)}>{formatMetric(value)}</span>;
  return <span title={value}>{value.replace('Infinity', '∞')}</span>;
}
