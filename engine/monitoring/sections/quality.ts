import type { QualityCheck, QualityDrift } from '../../../local-api/contract/index.ts';
import { type DuckDb, parquetTable, quoteIdentifier } from '../../duckdb/index.ts';
import { incompleteBeta, normalSurvival } from '../../statistics/index.ts';
import type { PlannedColumn } from '../drift-plan.ts';
import { benjaminiHochberg } from '../statistics/benjamini-hochberg.ts';
import type { OpenWindow } from '../windows/open-window.ts';

const LEVEL = 0.05;
/** A change of a share by less is not worth a word. */
const LEAST_CHANGE = 0.005;
/** Texts told apart when looking for new ones; columns with more are ids or free text. */
const MOST_LABELS = 1000;

type Facts = { rows: number; missing: number; low: number | null; high: number | null; distinct: number };

/**
 * What became of the quality of the data: missing values, values never seen before, numbers beyond the range of the reference, cells
 * that could not be read, rows that occur twice, columns that hold one value only. Shares before and after with a test each,
 * corrected for their number (Benjamini–Hochberg); a change counts from half a percentage point on. Cost: three scans a side.
 */
export async function qualityDrift(
  db: DuckDb,
  { reference, current }: { reference: OpenWindow; current: OpenWindow },
  columns: readonly PlannedColumn[],
): Promise<QualityDrift> {
  const checks: Omit<QualityCheck, 'drifted'>[] = [];
  const before = await factsOf(db, reference, columns);
  const after = await factsOf(db, current, columns);
  const beyond = await rowsBeyond(db, current, columns, before);
  for (const [index, column] of columns.entries()) {
    const [a, b] = [before[index] as Facts, after[index] as Facts];
    checks.push({
      column: column.name,
      kind: 'missing',
      reference: shareOf(a.missing, a.rows),
      current: shareOf(b.missing, b.rows),
      pValue: proportions(a.missing, a.rows, b.missing, b.rows),
      note: 'rows without a value',
    });
    if (a.distinct > 1 && b.distinct === 1 && b.rows > 20) {
      checks.push({
        column: column.name,
        kind: 'constant',
        reference: 0,
        current: 1,
        // All rows by chance of the most frequent value of many: not worked out, and of no doubt with so many rows.
        pValue: 0,
        note: 'every row has the same value now',
      });
    }
    const out = beyond[index] ?? 0;
    if (column.kind === 'number' && a.low !== null && a.high !== null) {
      checks.push({
        column: column.name,
        kind: 'out-of-range',
        reference: 0,
        current: shareOf(out, b.rows - b.missing),
        pValue: beyondChance(out, a.rows - a.missing, b.rows - b.missing),
        note: `below ${figure(a.low)} or above ${figure(a.high)}, the range of the reference`,
      });
    }
    const unread = (window: OpenWindow) => window.unreadable[column.name] ?? 0;
    if (unread(reference) + unread(current) > 0) {
      checks.push({
        column: column.name,
        kind: 'unreadable',
        reference: shareOf(unread(reference), a.rows),
        current: shareOf(unread(current), b.rows),
        pValue: proportions(unread(reference), a.rows, unread(current), b.rows),
        note: `cells that are no ${column.type}`,
      });
    }
    if (column.kind === 'category' && a.distinct <= MOST_LABELS) {
      checks.push(await newValues(db, reference, current, column, a, b));
    }
  }
  checks.push(await duplicates(db, reference, current));
  const found = judged(checks);
  const rows = { reference: reference.rows, current: current.rows };
  return found.status === 'done' ? { ...found, rows } : found;
}

function judged(checks: readonly Omit<QualityCheck, 'drifted'>[]): QualityDrift {
  const corrected = benjaminiHochberg(checks.map(({ pValue }) => pValue ?? 1));
  const all = checks.map((check, i): QualityCheck => {
    const pValue = check.pValue === null ? null : (corrected[i] ?? 1);
    const isLarge = Math.abs(check.current - check.reference) >= LEAST_CHANGE;
    return { ...check, pValue, drifted: isLarge && pValue !== null && pValue <= LEVEL };
  });
  const shown = all
    .filter(({ reference, current }) => reference > 0 || current > 0)
    .sort(
      (a, b) =>
        Number(b.drifted) - Number(a.drifted) ||
        Math.abs(b.current - b.reference) - Math.abs(a.current - a.reference) ||
        ((a.column ?? '') < (b.column ?? '') ? -1 : 1),
    );
  const changed = shown.filter(({ drifted }) => drifted);
  const [first] = changed;
  return {
    status: 'done',
    drifted: changed.length > 0,
    finding:
      first === undefined
        ? `${checks.length} checks: the data are as clean as they were.`
        : `${changed.length} of ${checks.length} checks changed, most of all ${wordsOf(first)}.`,
    checks: shown,
    checked: checks.length,
  };
}

const kinds: Record<QualityCheck['kind'], string> = {
  missing: 'missing values',
  'new-values': 'new values',
  'out-of-range': 'values out of range',
  unreadable: 'unreadable cells',
  duplicates: 'duplicate rows',
  constant: 'a column with one value only',
};

function wordsOf({ kind, column, reference, current }: QualityCheck): string {
  const percent = (share: number) => `${Number((100 * share).toPrecision(2))} %`;
  return `${kinds[kind]}${column === null ? '' : ` in ${column}`} (${percent(reference)} → ${percent(current)})`;
}

async function factsOf(db: DuckDb, window: OpenWindow, columns: readonly PlannedColumn[]): Promise<Facts[]> {
  const list = columns.flatMap(({ name, kind }) => {
    const column = quoteIdentifier(name);
    const number = numberSql(name);
    return [
      kind === 'number' ? `count(${number})` : `count(${column})`,
      kind === 'number' ? `min(${number})` : 'NULL',
      kind === 'number' ? `max(${number})` : 'NULL',
      kind === 'number' ? 'NULL' : `approx_count_distinct(${column})`,
    ];
  });
  const [row] = await db.rows(`SELECT count(*), ${list.join(', ')} FROM ${parquetTable(window.files)}`);
  const rows = Number(row?.[0]);
  return columns.map((_, index) => {
    const [known, low, high, distinct] = [0, 1, 2, 3].map((place) => row?.[1 + index * 4 + place]);
    return {
      rows,
      missing: rows - Number(known),
      low: low === null ? null : Number(low),
      high: high === null ? null : Number(high),
      // Of numbers it only matters whether there is more than one.
      distinct: distinct !== null ? Number(distinct) : low === null || low === high ? 1 : 2,
    };
  });
}

function numberSql(name: string): string {
  const column = `TRY_CAST(${quoteIdentifier(name)} AS DOUBLE)`;
  return `CASE WHEN isfinite(${column}) THEN ${column} END`;
}

async function rowsBeyond(
  db: DuckDb,
  current: OpenWindow,
  columns: readonly PlannedColumn[],
  before: readonly Facts[],
): Promise<number[]> {
  const list = columns.map(({ name, kind }, index) => {
    const { low, high } = before[index] as Facts;
    if (kind !== 'number' || low === null || high === null) return '0';
    return `count(*) FILTER (${numberSql(name)} NOT BETWEEN ${low} AND ${high})`;
  });
  if (list.length === 0) return [];
  const [row] = await db.rows(`SELECT ${list.join(', ')} FROM ${parquetTable(current.files)}`);
  return columns.map((_, index) => Number(row?.[index]));
}

async function newValues(
  db: DuckDb,
  reference: OpenWindow,
  current: OpenWindow,
  { name }: PlannedColumn,
  a: Facts,
  b: Facts,
): Promise<Omit<QualityCheck, 'drifted'>> {
  const text = `CAST(${quoteIdentifier(name)} AS VARCHAR)`;
  const counted = (window: OpenWindow) =>
    `SELECT ${text} AS label, count(*) AS n FROM ${parquetTable(window.files)} WHERE ${text} IS NOT NULL GROUP BY 1`;
  const rows = await db.rows(
    `WITH before AS (${counted(reference)}), now AS (${counted(current)})
     SELECT coalesce((SELECT count(*) FROM before WHERE n = 1), 0), coalesce(sum(now.n), 0),
       string_agg(now.label, ', ' ORDER BY now.n DESC, now.label) FILTER (now.label IN
         (SELECT label FROM now WHERE label NOT IN (SELECT label FROM before) ORDER BY n DESC, label LIMIT 5))
     FROM now WHERE now.label NOT IN (SELECT label FROM before)`,
  );
  const [singles, fresh, labels] = rows[0] ?? [];
  const known = b.rows - b.missing;
  const count = Number(fresh);
  return {
    column: name,
    kind: 'new-values',
    reference: 0,
    current: shareOf(count, known),
    pValue: newValuesChance(count, known, Number(singles), a.rows - a.missing),
    note: count === 0 ? 'none' : `never in the reference: ${String(labels)}`,
  };
}

/**
 * Rows that occur before, among equally many of both sides: the more rows, the more are equal by chance. All columns of both sides
 * count, those too that are not compared: without their times most events look alike.
 */
async function duplicates(
  db: DuckDb,
  reference: OpenWindow,
  current: OpenWindow,
): Promise<Omit<QualityCheck, 'drifted'>> {
  const rows = Math.min(reference.rows, current.rows);
  const others = new Set(current.columns.map(({ name }) => name));
  const common = reference.columns.filter(({ name }) => others.has(name));
  const names = common.map(({ name }) => quoteIdentifier(name)).join(', ');
  const count = async (window: OpenWindow): Promise<number> => {
    // One of so many rows, at equal distances.
    const every = Math.max(1, Math.floor(window.rows / Math.max(1, rows)));
    const [found] = await db.rows(
      `SELECT count(*) - count(DISTINCT h) FROM (SELECT hash(${names}) AS h, row_number() OVER () AS n FROM ${parquetTable(window.files)}) WHERE n % ${every} = 0 AND n <= ${every * rows}`,
    );
    return Number(found?.[0]);
  };
  const [a, b] = common.length === 0 ? [0, 0] : [await count(reference), await count(current)];
  return {
    column: null,
    kind: 'duplicates',
    reference: shareOf(a, rows),
    current: shareOf(b, rows),
    pValue: proportions(a, rows, b, rows),
    note: `rows equal to one before, of ${rows.toLocaleString('en')} on each side`,
  };
}

/** That two shares are the same: pooled z-test with Yates' correction. 1 where nothing happened on both sides. */
export function proportions(a: number, m: number, b: number, n: number): number {
  const pooled = (a + b) / (m + n);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / m + 1 / n));
  if (!(error > 0)) return 1;
  const away = Math.max(0, Math.abs(a / m - b / n) - (1 / m + 1 / n) / 2);
  return Math.min(1, 2 * normalSurvival(away / error));
}

/**
 * The chance that as many of `n` new values lie outside the range of `m` old ones when all come from one law: by exchangeability
 * the most extreme `count` of all are then new ones, at either end; at most.
 */
export function beyondChance(count: number, m: number, n: number): number {
  let chance = 1;
  for (let i = 0; i < count && chance > 1e-300; i++) chance *= (n - i) / (m + n - i);
  // At most `count + 1` ways to share them between both ends.
  return Math.min(1, chance * (count + 1));
}

/**
 * The chance that at least `count` of `known` values are new when nothing changed: each with the share that values have that the
 * reference never met, which those that it has once (`singles`) stand for (Good 1953).
 */
export function newValuesChance(count: number, known: number, singles: number, reference: number): number {
  const expected = Math.min(1, (singles + 1) / Math.max(1, reference));
  return count === 0 ? 1 : incompleteBeta(count, Math.max(1, known - count + 1), expected);
}

function shareOf(count: number, rows: number): number {
  return rows > 0 ? count / rows : 0;
}

function figure(value: number): string {
  return Number(value.toPrecision(4)).toLocaleString('en', { maximumFractionDigits: 6 });
}
