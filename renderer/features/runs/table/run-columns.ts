import { type RunRow, runMarks } from '../../../../local-api/contract/index.ts';

/** A column of the runs table, by the name the filter language gives it: `status`, `metrics.auc`, `params.trainer`. */
export type ColumnId = string;

export type ColumnFamily = 'attributes' | 'metrics' | 'params' | 'tags';

export type RunKeys = { metrics: readonly string[]; params: readonly string[]; tags: readonly string[] };

/** The columns that every run has, in the order of the chooser. */
export const attributeColumns: readonly { id: ColumnId; label: string }[] = [
  { id: 'starred', label: 'Star' },
  { id: 'name', label: 'Name' },
  { id: 'status', label: 'Status' },
  { id: 'startedAtMs', label: 'Started' },
  { id: 'durationMs', label: 'Duration' },
  { id: 'endedAtMs', label: 'Ended' },
  { id: 'source', label: 'Source' },
  { id: 'user', label: 'User' },
  { id: 'experimentId', label: 'Experiment' },
  { id: 'id', label: 'Run id' },
];

const families = ['metrics', 'params', 'tags'] as const;

/** Takes a column id apart: `metrics.val.loss` is the key `val.loss` of the metrics. */
export function parseColumn(id: ColumnId): { family: ColumnFamily; key: string } {
  for (const family of families) {
    if (id.startsWith(`${family}.`)) return { family, key: id.slice(family.length + 1) };
  }
  return { family: 'attributes', key: id };
}

/** What stands in the header: the key alone, since the family is shown beside it. */
export function columnLabel(id: ColumnId): string {
  const { family, key } = parseColumn(id);
  if (family !== 'attributes') return key;
  return attributeColumns.find((column) => column.id === id)?.label ?? key;
}

/** The name of a column as the filter language writes it: keys that are not plain words are put in backticks. */
export function filterName(id: ColumnId): string {
  if (id === 'starred') return `tags.${runMarks.starred}`;
  const { family, key } = parseColumn(id);
  if (family === 'attributes' || /^[\p{L}\p{N}_./:@-]+$/u.test(key)) return id;
  return `${family}.\`${key.replaceAll('`', '``')}\``;
}

/** Metrics that people compare runs by, the most telling first. */
const telling = ['auc', 'log_loss', 'accuracy', 'f1', 'brier', 'ece', 'rmse', 'mae', 'r2'];

/** What a table shows until the person chooses: who, how it went, when, and the metrics that compare best. */
export function defaultColumns(keys: RunKeys): ColumnId[] {
  const known = telling.filter((key) => keys.metrics.includes(key));
  const metrics = known.length > 0 ? known.slice(0, 5) : keys.metrics.slice(0, 4);
  return [
    'starred',
    'name',
    'status',
    'startedAtMs',
    'durationMs',
    ...(keys.params.includes('trainer') ? ['params.trainer'] : []),
    ...metrics.map((key) => `metrics.${key}`),
  ];
}

/** Read of every row whatever is shown: the name opens it, status and times tell whether it still moves. */
const always = [
  ...['name', 'status', 'lifecycle', 'experimentId', 'startedAtMs', 'endedAtMs', 'jobId'],
  ...Object.values(runMarks).map((key) => `tags.${key}`),
];

/** The value of the query parameter `fields`: what the shown columns need, and the `more` named, and nothing else. */
export function fieldsFor(columns: readonly ColumnId[], more: readonly string[] = []): string {
  const needed = new Set([...always, ...more]);
  for (const id of columns) {
    if (id !== 'id' && id !== 'durationMs') needed.add(filterName(id));
  }
  return [...needed].join(',');
}

/** What a run has in a column; null where it has nothing. Metrics give their last value, a running run its time so far. */
export function columnValue(run: RunRow, id: ColumnId, nowMs: number): string | number | null {
  const { family, key } = parseColumn(id);
  switch (family) {
    case 'metrics':
      return run.metrics?.[key]?.last ?? null;
    case 'params':
      return run.params?.[key] ?? null;
    case 'tags':
      return run.tags?.[key] ?? null;
    case 'attributes':
      return attributeValue(run, key, nowMs);
  }
}

function attributeValue(run: RunRow, key: string, nowMs: number): string | number | null {
  switch (key) {
    case 'id':
      return run.id;
    case 'starred':
      return run.tags?.[runMarks.starred] ?? null;
    case 'name':
      return run.name ?? null;
    case 'status':
      return run.status ?? null;
    case 'startedAtMs':
      return run.startedAtMs ?? null;
    case 'endedAtMs':
      return run.endedAtMs ?? null;
    case 'durationMs':
      return durationOf(run, nowMs);
    case 'source':
      return run.source ?? null;
    case 'user':
      return run.user ?? null;
    case 'experimentId':
      return run.experimentId ?? null;
    default:
      return null;
  }
}

/** How long a run took, or has been taking. A run that has not started has none. */
export function durationOf(run: RunRow, nowMs: number): number | null {
  if (run.startedAtMs === undefined || run.status === 'scheduled') return null;
  if (run.endedAtMs !== null && run.endedAtMs !== undefined) return run.endedAtMs - run.startedAtMs;
  return run.status === 'running' ? Math.max(0, nowMs - run.startedAtMs) : null;
}

/** Columns with one of them at another place. Star and name stay first: they are frozen at the left. */
export function moveColumn(columns: readonly ColumnId[], id: ColumnId, to: number): ColumnId[] {
  const others = columns.filter((column) => column !== id);
  const first = others.findLastIndex(isFrozenColumn) + 1;
  const place = isFrozenColumn(id) ? columns.indexOf(id) : Math.max(first, to);
  return [...others.slice(0, place), id, ...others.slice(place)];
}

/** Star and name stay at the left while the others scroll. */
export function isFrozenColumn(id: ColumnId): boolean {
  return id === 'starred' || id === 'name';
}

/** Star and name first, whatever the order in which columns were chosen. The name is always there. */
export function frozenFirst(columns: readonly ColumnId[]): ColumnId[] {
  return [
    ...(columns.includes('starred') ? ['starred'] : []),
    'name',
    ...columns.filter((id) => !isFrozenColumn(id)),
  ];
}
