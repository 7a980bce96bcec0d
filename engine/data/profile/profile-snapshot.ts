import type { DuckDBValue } from '@duckdb/node-api';
import type {
  ColumnProfile,
  ColumnType,
  DatasetProfile,
  Histogram,
} from '../../../local-api/contract/index.ts';
import { type DuckDb, parquetTable, quoteIdentifier } from '../../duckdb/index.ts';
import { type Bins, edgesOf, numberBins, timeBins } from '../../statistics/index.ts';
import { cellOf, numberOf } from '../cells.ts';
import { binIndexSql } from './bin-index-sql.ts';
import { columnWarnings, percent } from './column-warnings.ts';
import { countAndMeasure, frequentValues, hasStrictOrder, innerRange } from './large-table.ts';
import { correlationsOf } from './pearson-correlations.ts';
import { drawSample, type Sample } from './sample.ts';

/** Up to this many rows quantiles and distinct counts are exact; beyond, finer bins and sketches tell them. */
const EXACT_ROWS = 5_000_000;
/** Beyond EXACT_ROWS values are counted one by one only when there are about this few of them. */
const COUNTABLE_VALUES = 50_000;
const MOST_ROWS_FOR_DUPLICATES = 10_000_000;
const TOP_VALUES = 20;
const MANY_COLUMNS = 50;
const MOST_VALUES_IN_MEMORY = 20_000_000;
const LONGEST_TEXT = 200;
/** Beyond it squares leave the range of a float. */
const MOST_FOR_MOMENTS = 1e150;
/** Where the rows of a wide version are held. */
const COPY = 'profiled';
const VALUES_AT_ONCE = 4_000_000;
const QUANTILES = ['p01', 'p05', 'p25', 'p50', 'p75', 'p95', 'p99'] as const;
const LEVELS = '[0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]';

type ProfiledColumn = { name: string; type: ColumnType };
/** What is described, and a part of its rows where it is too large for everything to be counted exactly. */
type Table = { table: string; rows: number; sample: Sample | null };
/** The part of a profile that one scan gives, before top values and histogram. */
type Summary = {
  /** Of a large table, by a sketch. */
  aboutDistinct: number | null;
  figures: Pick<
    ColumnProfile,
    'count' | 'min' | 'max' | 'mean' | 'std' | 'quantiles' | 'zeros' | 'textLength'
  >;
  /** Smallest and largest value that a histogram can show: finite numbers, or milliseconds. */
  shown: { min: number; max: number } | null;
};

/**
 * Describes every column of a snapshot: counts, missing, distinct, moments, quantiles, histogram, top values;
 * correlations between numbers; rows that occur twice; and warnings in words.
 *
 * Infinite values are counted but left out of mean, standard deviation, quantiles and histogram.
 * Cost: about three scans of each column; 6 million rows of 20 columns take 16 s of processor
 * time, shared by two threads.
 *
 * Beyond `exactRows` rows (5 million) quantiles are read off bins finer than those of the histogram, many different values are
 * counted by a sketch and ranked by what repeats in a sample, and correlations are told from the sample.
 */
export async function profileSnapshot(
  db: DuckDb,
  files: readonly string[],
  columns: readonly ProfiledColumn[],
  rows: number,
  onProgress: (fraction: number, message: string) => void = () => {},
  exactRows = EXACT_ROWS,
): Promise<DatasetProfile> {
  const sample = rows <= exactRows ? null : await drawSample(db, files, { rows, columns: columns.length });
  const table: Table = { table: await profiledTable(db, files, columns.length, rows), rows, sample };
  const profiles: ColumnProfile[] = [];
  // Exact quantiles hold the values of their columns in memory.
  const batch = sample === null ? Math.max(1, Math.min(32, Math.floor(VALUES_AT_ONCE / rows))) : 8;
  for (let start = 0; start < columns.length; start += batch) {
    const part = columns.slice(start, start + batch);
    const narrow = await narrowed(db, table, part);
    const summaries = await summarize(db, narrow, part);
    for (const [index, column] of part.entries()) {
      const done = start + index;
      onProgress(done / (columns.length + 1), `Profiling ${column.name}`);
      profiles.push(await profileColumn(db, narrow, column, summaries[index] as Summary));
    }
  }
  onProgress(columns.length / (columns.length + 1), 'Comparing columns');
  const correlations = await correlationsOf(db, sample ?? { table: table.table, rows }, profiles);
  const duplicateRows = await countDuplicates(db, table, profiles);
  return {
    rows,
    columns: profiles,
    correlations,
    duplicateRows,
    warnings: tableWarnings(profiles, rows, duplicateRows),
  };
}

/** Opening a file with thousands of columns costs more than scanning one of them: such a file is copied into memory once. */
async function profiledTable(
  db: DuckDb,
  files: readonly string[],
  columns: number,
  rows: number,
): Promise<string> {
  const file = parquetTable(files);
  if (columns < MANY_COLUMNS || columns * rows > MOST_VALUES_IN_MEMORY) return file;
  await db.run(`CREATE TEMP TABLE ${COPY} AS SELECT * FROM ${file}`);
  return COPY;
}

/** A table with thousands of columns takes each statement longer to prepare than to answer: a few are copied apart. */
async function narrowed(db: DuckDb, table: Table, columns: readonly ProfiledColumn[]): Promise<Table> {
  if (table.table !== COPY) return table;
  const names = columns.map(({ name }) => quoteIdentifier(name)).join(', ');
  await db.run(`CREATE OR REPLACE TEMP TABLE some_columns AS SELECT ${names} FROM ${COPY}`);
  return { ...table, table: 'some_columns' };
}

async function profileColumn(
  db: DuckDb,
  table: Table,
  column: ProfiledColumn,
  summary: Summary,
): Promise<ColumnProfile> {
  const { distinct, topValues } = await countValues(db, table, column, summary);
  const shape = await histogramOf(db, table, column, summary);
  const profile = {
    name: column.name,
    type: column.type,
    ...summary.figures,
    quantiles: shape.quantiles,
    missing: table.rows - summary.figures.count,
    distinct: Math.min(distinct, summary.figures.count),
    histogram: shape.histogram,
    topValues,
  };
  return { ...profile, warnings: columnWarnings(profile, table.rows) };
}

function isNumber(type: ColumnType): boolean {
  return type === 'integer' || type === 'float';
}

/** The value where arithmetic on it is safe. */
function moderate(column: ProfiledColumn): string {
  const name = quoteIdentifier(column.name);
  return column.type === 'float' ? `CASE WHEN abs(${name}) < ${MOST_FOR_MOMENTS} THEN ${name} END` : name;
}

async function summarize(
  db: DuckDb,
  { table, sample }: Table,
  columns: readonly ProfiledColumn[],
): Promise<Summary[]> {
  const parts = columns.map((column) => {
    const name = quoteIdentifier(column.name);
    const bounds =
      column.type === 'string'
        ? `left(min(${name}), ${LONGEST_TEXT}), left(max(${name}), ${LONGEST_TEXT})`
        : `min(${name}), max(${name})`;
    const number = isNumber(column.type)
      ? `avg(${moderate(column)}), stddev_samp(${moderate(column)}), ${sample === null ? `quantile_cont(${moderate(column)}, ${LEVELS})` : 'NULL'}, count(*) FILTER (${name} = 0)`
      : 'NULL, NULL, NULL, NULL';
    const text =
      column.type === 'string'
        ? `min(length(${name})), avg(length(${name})), max(length(${name}))`
        : 'NULL, NULL, NULL';
    const shown = shownValue(column);
    const range = shown === null ? 'NULL, NULL' : `min(${shown}), max(${shown})`;
    const about = sample === null ? 'NULL' : `approx_count_distinct(${name})`;
    return `${about}, count(${name}), ${bounds}, ${number}, ${text}, ${range}`;
  });
  const [row] = await db.rows(`SELECT ${parts.join(', ')} FROM ${table}`);
  const cells = (row?.length ?? 0) / columns.length;
  return columns.map((column, index) =>
    toSummary(column, row?.slice(index * cells, (index + 1) * cells) ?? []),
  );
}

/** What a histogram of the column shows: a number, milliseconds since the epoch, or nothing. */
function shownValue(column: ProfiledColumn): string | null {
  if (isNumber(column.type)) return `CAST(${moderate(column)} AS DOUBLE)`;
  const isTime = column.type === 'datetime' || column.type === 'date';
  return isTime ? `epoch_ms(CAST(${quoteIdentifier(column.name)} AS TIMESTAMP))` : null;
}

function toSummary(column: ProfiledColumn, cells: readonly DuckDBValue[]): Summary {
  const [
    about,
    count = 0,
    min = null,
    max = null,
    mean,
    std,
    quantiles,
    zeros,
    shortest,
    length,
    longest,
    low,
    high,
  ] = cells;
  const lengths = { min: numberOf(shortest), mean: numberOf(length), max: numberOf(longest) };
  const hasLengths = lengths.min !== null && lengths.mean !== null && lengths.max !== null;
  const shown = { min: numberOf(low), max: numberOf(high) };
  return {
    aboutDistinct: numberOf(about),
    figures: {
      count: Number(count),
      min: cellOf(min),
      max: cellOf(max),
      mean: numberOf(mean),
      std: numberOf(std),
      quantiles: toQuantiles(quantiles),
      zeros: isNumber(column.type) ? Number(zeros ?? 0) : null,
      textLength: hasLengths
        ? { min: lengths.min ?? 0, mean: lengths.mean ?? 0, max: lengths.max ?? 0 }
        : null,
    },
    shown: shown.min === null || shown.max === null ? null : { min: shown.min, max: shown.max },
  };
}

function toQuantiles(value: DuckDBValue | undefined): ColumnProfile['quantiles'] {
  if (typeof value !== 'object' || value === null || !('items' in value) || !Array.isArray(value.items))
    return null;
  const numbers: number[] = value.items.map(Number);
  if (numbers.length !== QUANTILES.length || !numbers.every(Number.isFinite)) return null;
  const [p01 = 0, p05 = 0, p25 = 0, p50 = 0, p75 = 0, p95 = 0, p99 = 0] = numbers;
  return { p01, p05, p25, p50, p75, p95, p99 };
}

async function countValues(
  db: DuckDb,
  { table, sample }: Table,
  column: ProfiledColumn,
  { figures, aboutDistinct }: Summary,
): Promise<Pick<ColumnProfile, 'distinct' | 'topValues'>> {
  if (figures.count === 0) return { distinct: 0, topValues: [] };
  if (sample !== null && (aboutDistinct ?? 0) > COUNTABLE_VALUES) {
    const frequent = await frequentValues(db, table, sample, column, TOP_VALUES);
    return { distinct: aboutDistinct ?? 0, topValues: frequent.map(toTopValue) };
  }
  const name = quoteIdentifier(column.name);
  const counted = await db.rows(
    `WITH counted AS MATERIALIZED (SELECT ${name} AS value, count(*) AS n FROM ${table} WHERE ${name} IS NOT NULL GROUP BY 1)
     SELECT value, n, (SELECT count(*) FROM counted) FROM counted ORDER BY n DESC, value LIMIT ${TOP_VALUES}`,
  );
  return { distinct: Number(counted[0]?.[2] ?? 0), topValues: counted.map(toTopValue) };
}

function toTopValue(row: readonly DuckDBValue[]): ColumnProfile['topValues'][number] {
  const value = cellOf(row[0] ?? null);
  const isLong = typeof value === 'string' && value.length > LONGEST_TEXT;
  return { value: isLong ? `${value.slice(0, LONGEST_TEXT)}…` : value, count: Number(row[1]) };
}

type Shape = Pick<ColumnProfile, 'histogram' | 'quantiles'>;

async function histogramOf(
  db: DuckDb,
  { table, sample }: Table,
  column: ProfiledColumn,
  { figures, shown }: Summary,
): Promise<Shape> {
  const { quantiles } = figures;
  const value = shownValue(column);
  if (value === null || shown === null) return { histogram: null, quantiles };
  if (!isNumber(column.type)) {
    return { histogram: await countBins(db, table, value, timeBins(shown.min, shown.max)), quantiles };
  }
  const isInteger = column.type === 'integer';
  const inner = sample === null ? quantiles : await innerRange(db, sample, value);
  const bins = numberBins({ ...shown, p01: inner?.p01 ?? null, p99: inner?.p99 ?? null, isInteger });
  if (bins === null) return { histogram: null, quantiles };
  if (sample !== null) return countAndMeasure(db, table, { value, isInteger }, bins);
  return { histogram: await countBins(db, table, value, bins), quantiles };
}

async function countBins(db: DuckDb, table: string, value: string, bins: Bins): Promise<Histogram> {
  const edges = edgesOf(bins);
  const counts = new Array<number>(edges.length - 1).fill(0);
  const rows = await db.rows(
    `SELECT ${binIndexSql(value, bins)} AS bin, count(*) FROM ${table} WHERE ${value} IS NOT NULL GROUP BY 1`,
  );
  for (const [bin, n] of rows) counts[Number(bin)] = Number(n);
  return { edges, counts };
}

/** Compares 64-bit hashes of the rows: the chance of a false twin among 10 million rows is about 3 in a million. */
async function countDuplicates(
  db: DuckDb,
  { table, rows, sample }: Table,
  columns: readonly ColumnProfile[],
): Promise<number | null> {
  if (sample !== null && (await hasStrictOrder(db, table, sample, columns))) return 0;
  if (rows > MOST_ROWS_FOR_DUPLICATES) return null;
  const names = columns.map((column) => quoteIdentifier(column.name)).join(', ');
  const [row] = await db.rows(`SELECT count(*) FROM (SELECT DISTINCT hash(${names}) FROM ${table})`);
  return rows - Number(row?.[0] ?? rows);
}

function tableWarnings(columns: readonly ColumnProfile[], rows: number, duplicates: number | null): string[] {
  const warnings: string[] = [];
  if (duplicates !== null && duplicates > 0) {
    warnings.push(`${duplicates} rows (${percent(duplicates / rows)}) repeat another row`);
  }
  const useless = columns.filter((column) => column.distinct <= 1).map((column) => column.name);
  if (useless.length > 0)
    warnings.push(
      `without information: ${useless.slice(0, 10).join(', ')}${useless.length > 10 ? ' …' : ''}`,
    );
  if (rows < 50) warnings.push(`only ${rows} rows: figures are rough`);
  return warnings;
}
