import type {
  MetricAggregate,
  RealNumber,
  RunGroup,
  RunGroupQuery,
} from '../../../local-api/contract/index.ts';
import {
  boundTo,
  type CursorValue,
  decodeCursor,
  encodeCursor,
  fieldName,
  matchingRows,
  quoteText,
  type Reader,
} from '../../store/index.ts';
import { fromStored } from '../real-number.ts';
import { runListing } from '../run-listing.ts';
import { type GroupField, type GroupOrder, readGroupFields, readGroupOrder } from './group-fields.ts';
import { aggregateMetric, type MetricAggregates } from './metric-aggregates.ts';
import {
  type CodedColumn,
  type RunSet,
  readAttributeColumn,
  readKeyColumn,
  readMetricColumn,
  readRunSet,
} from './run-columns.ts';

export type RunGroups = {
  items: RunGroup[];
  nextCursor: string | null;
  total: { groups: number; runs: number };
};

type Groups = {
  /** The group of each run. */
  of: Int32Array;
  /** The values that make each group. */
  values: (string | number | null)[][];
  counts: Int32Array;
  oldestMs: Float64Array;
  newestMs: Float64Array;
};

/**
 * Groups runs by up to three params, tags or attributes, with aggregates of the last values of metrics.
 *
 * It reads whole indexes and computes in memory: about 60 ms for a param and a metric over 100,000 runs, so it belongs in a
 * thread of its own. Every page computes all groups; what changes between two pages may move a group.
 *
 * Throws request/bad-filter, request/invalid (by, sort), request/bad-cursor.
 */
export function groupRuns(reader: Reader, query: RunGroupQuery): RunGroups {
  const fields = readGroupFields(query.by);
  const orders = readGroupOrder(query, fields);
  const named = fields.filter(({ family }) => family === null).map(({ key }) => key);
  const matching = matchingRows(runListing, query.filter, named);
  const bound = boundTo(['run groups', query.filter, query.sort, ...query.by, '', ...query.metrics]);
  const terms = orders.length + fields.length;
  const after = query.cursor === undefined ? null : decodeCursor(bound, terms, query.cursor).values;

  return inOneMoment(reader, () => {
    const runs = readRunSet(reader, matching.condition);
    const groups = formGroups(
      runs,
      fields.map((field) => readColumn(reader, runs, field)),
    );
    const aggregates = query.metrics.map((key) =>
      aggregateMetric(readMetricColumn(reader, runs, key), groups.of, groups.values.length),
    );
    const rows = groups.values.map((values, group) => ({
      group,
      place: [
        ...orders.map((order) => sortValue(order, group, groups, aggregates)),
        ...values,
      ] as CursorValue[],
    }));
    const descending = [...orders.map((order) => order.descending), ...fields.map(() => false)];
    const compare = (a: readonly CursorValue[], b: readonly CursorValue[]) => comparePlaces(a, b, descending);
    const rest = after === null ? rows : rows.filter(({ place }) => compare(place, after) > 0);
    rest.sort((a, b) => compare(a.place, b.place));
    const page = rest.slice(0, query.limit);
    const last = page.at(-1);
    const idOf = createIdReader(reader);
    const newest = newestRuns(runs, groups, new Set(page.map(({ group }) => group)), query.runIds);
    return {
      items: page.map(({ group }): RunGroup => {
        const values = groups.values[group] ?? [];
        return {
          values: Object.fromEntries(fields.map(({ text }, i) => [text, values[i] ?? null])),
          filter: groupFilter(matching.text, fields, values),
          count: groups.counts[group] as number,
          runIds: (newest.get(group) ?? []).map((place) => idOf(runs.pks[place] as number)),
          metrics: Object.fromEntries(
            query.metrics.map((key, i) => [key, toAggregate(aggregates[i], group, runs, idOf)]),
          ),
          startedAtMs: { min: groups.oldestMs[group] as number, max: groups.newestMs[group] as number },
        };
      }),
      nextCursor:
        rest.length > page.length && last !== undefined
          ? encodeCursor(bound, { values: last.place, key: 0 })
          : null,
      total: { groups: groups.values.length, runs: runs.pks.length },
    };
  });
}

/** Reads within one transaction, so that all columns are of the same runs. */
function inOneMoment<T>({ sqlite }: Reader, work: () => T): T {
  return sqlite.transaction(work)();
}

function readColumn(reader: Reader, runs: RunSet, { family, key }: GroupField): CodedColumn {
  if (family !== null) return readKeyColumn(reader, runs, family, key);
  const field = runListing.fields[key];
  if (field === undefined) throw new Error(`runs have no column ${key}`);
  return readAttributeColumn(reader, runs, field.sql, field.type === 'decimalId');
}

function formGroups(runs: RunSet, columns: readonly CodedColumn[]): Groups {
  const size = runs.pks.length;
  const of = new Int32Array(size);
  let values: Groups['values'] = size === 0 ? [] : [[]];
  for (const { codes, labels } of columns) {
    const known = new Map<number, number>();
    const finer: Groups['values'] = [];
    for (let i = 0; i < size; i += 1) {
      const coarse = of[i] as number;
      const code = codes[i] as number;
      const name = coarse * labels.length + code;
      let group = known.get(name);
      if (group === undefined) {
        group = finer.push([...(values[coarse] ?? []), labels[code] ?? null]) - 1;
        known.set(name, group);
      }
      of[i] = group;
    }
    values = finer;
  }
  const counts = new Int32Array(values.length);
  const oldestMs = new Float64Array(values.length).fill(Number.POSITIVE_INFINITY);
  const newestMs = new Float64Array(values.length).fill(Number.NEGATIVE_INFINITY);
  for (let i = 0; i < size; i += 1) {
    const group = of[i] as number;
    const atMs = runs.startedAtMs[i] as number;
    counts[group] = (counts[group] as number) + 1;
    if (atMs < (oldestMs[group] as number)) oldestMs[group] = atMs;
    if (atMs > (newestMs[group] as number)) newestMs[group] = atMs;
  }
  return { of, values, counts, oldestMs, newestMs };
}

function sortValue(
  order: GroupOrder,
  group: number,
  groups: Groups,
  aggregates: readonly MetricAggregates[],
): CursorValue {
  switch (order.of) {
    case 'count':
      return groups.counts[group] as number;
    case 'startedAtMs':
      return groups.newestMs[group] as number;
    case 'value':
      return groups.values[group]?.[order.index] ?? null;
    case 'metric': {
      const aggregate = aggregates[order.metric];
      const value = aggregate === undefined ? null : statisticOf(aggregate, group, order.statistic);
      return value === null || Number.isNaN(value) ? null : value;
    }
  }
}

/** Null where too few runs have a number. */
function statisticOf(
  of: MetricAggregates,
  group: number,
  statistic: keyof typeof columnsOf | 'std',
): number | null {
  const numbers = of.numbers[group] as number;
  if (statistic === 'count') return of.counts[group] as number;
  if (statistic === 'std')
    return numbers < 2 ? null : Math.sqrt((of.squares[group] as number) / (numbers - 1));
  return numbers === 0 ? null : (of[columnsOf[statistic]][group] as number);
}
const columnsOf = { count: 'counts', mean: 'means', min: 'mins', max: 'maxs', median: 'medians' } as const;

function toAggregate(
  of: MetricAggregates | undefined,
  group: number,
  runs: RunSet,
  idOf: (pk: number) => string,
): MetricAggregate {
  if (of === undefined) throw new Error('a metric was not aggregated');
  const real = (statistic: keyof typeof columnsOf | 'std'): RealNumber | null => {
    const value = statisticOf(of, group, statistic);
    return value === null ? null : fromStored(value, Number.isNaN(value) ? 1 : 0);
  };
  const runAt = (place: number): string | null => (place < 0 ? null : idOf(runs.pks[place] as number));
  return {
    count: of.counts[group] as number,
    mean: real('mean'),
    std: real('std'),
    min: real('min'),
    max: real('max'),
    median: real('median'),
    minRunId: runAt(of.minPlaces[group] as number),
    maxRunId: runAt(of.maxPlaces[group] as number),
  };
}

/** Numbers by size, texts by their characters' codes, numbers before texts, null last whatever the direction. */
function comparePlaces(
  a: readonly CursorValue[],
  b: readonly CursorValue[],
  descending: readonly boolean[],
): number {
  for (const [i, isDescending] of descending.entries()) {
    const [left = null, right = null] = [a[i], b[i]];
    if (left === right) continue;
    if (left === null) return 1;
    if (right === null) return -1;
    const rising = typeof left === typeof right ? (left < right ? -1 : 1) : typeof left === 'number' ? -1 : 1;
    return isDescending ? -rising : rising;
  }
  return 0;
}

/** The places of the newest runs of some groups. */
function newestRuns(
  runs: RunSet,
  { of }: Groups,
  wanted: ReadonlySet<number>,
  most: number,
): Map<number, number[]> {
  const found = new Map<number, number[]>();
  if (most === 0) return found;
  const isNewer = (a: number, b: number) =>
    (runs.startedAtMs[b] as number) - (runs.startedAtMs[a] as number) || b - a;
  for (let place = 0; place < of.length; place += 1) {
    const group = of[place] as number;
    if (!wanted.has(group)) continue;
    const kept = found.get(group) ?? [];
    const lowest = kept.at(-1);
    if (kept.length >= most && lowest !== undefined && isNewer(lowest, place) < 0) continue;
    kept.push(place);
    kept.sort(isNewer);
    found.set(group, kept.slice(0, most));
  }
  return found;
}

/** The filter of the request, and the values of the group. */
function groupFilter(
  text: string,
  fields: readonly GroupField[],
  values: readonly (string | number | null)[],
): string {
  const conditions = fields.map(({ family, key }, i) => {
    const value = values[i] ?? null;
    const name = fieldName(family, key);
    return value === null ? `${name} is null` : `${name} = ${quoteText(String(value))}`;
  });
  return [...(text === '' ? [] : [`(${text})`]), ...conditions].join(' and ');
}

function createIdReader({ sqlite }: Reader): (pk: number) => string {
  const byPk = sqlite.prepare<[number], string>('SELECT id FROM runs WHERE pk = ?').pluck();
  return (pk) => byPk.get(pk) ?? '';
}
