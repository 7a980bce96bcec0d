import type { Column } from '../../../local-api/contract/index.ts';
import { type DuckDb, parquetTable, quoteIdentifier, quoteText } from '../../duckdb/index.ts';
import { isNumber } from '../check/sql-values.ts';
import { countRepeated } from '../check/table-checks.ts';
import { patternOf, shapeSql } from './text-shapes.ts';

/** What is known of a column, as far as a schema is made of it. */
export type ColumnFacts = {
  column: Column;
  count: number;
  missing: number;
  /** Of numbers. */
  range: { min: number; max: number } | null;
  /** Of texts. */
  length: { min: number; max: number } | null;
  /** Every value with its count where they are few; of texts. */
  values: { value: string; count: number }[] | null;
  /** Exactly known, of whole numbers and texts that may well be. */
  isUnique: boolean;
  /** A regular expression that every text keeps and that says something. */
  pattern: string | null;
};

/** More different texts than these are no list of allowed values (as TensorFlow Data Validation has it). */
export const MOST_VALUES = 100;
/** The estimate of distinct values may be so much too high. */
const SKETCH_SLACK = 1.3;
const COLUMNS_AT_ONCE = 100;
/** A column of fewer values says nothing about being unique, or about its shape. */
export const FEWEST_FOR_HABITS = 50;
const SHAPE_SAMPLE = 1000;

/**
 * Looks at every column: one pass for counts, limits and an estimate of the different values; then one for each column that
 * may hold a list of values, ids or texts of one shape.
 */
export async function columnFacts(
  db: DuckDb,
  { files, columns, rows }: { files: readonly string[]; columns: readonly Column[]; rows: number },
  onColumn: (done: number) => void,
): Promise<ColumnFacts[]> {
  const facts: ColumnFacts[] = [];
  for (let first = 0; first < columns.length; first += COLUMNS_AT_ONCE) {
    const part = columns.slice(first, first + COLUMNS_AT_ONCE);
    const counted = await countColumns(db, files, part);
    for (const [index, column] of part.entries()) {
      onColumn(facts.length);
      facts.push(await lookCloser(db, files, { column, rows, ...(counted[index] as Counted) }));
    }
  }
  return facts;
}

type Counted = {
  count: number;
  distinct: number;
  min: number | null;
  max: number | null;
};

async function countColumns(
  db: DuckDb,
  files: readonly string[],
  columns: readonly Column[],
): Promise<Counted[]> {
  const aggregates = columns.flatMap(({ name, type }) => {
    const quoted = quoteIdentifier(name);
    const measured = isNumber(type) ? quoted : type === 'string' ? `length(${quoted})` : 'NULL';
    return [
      `count(${quoted})`,
      `approx_count_distinct(${quoted})`,
      `min(${measured})::DOUBLE`,
      `max(${measured})::DOUBLE`,
    ];
  });
  const [row = []] = await db.rows(`SELECT ${aggregates.join(', ')} FROM ${parquetTable(files)}`);
  return columns.map((_, index) => {
    const [count, distinct, min, max] = row.slice(4 * index, 4 * index + 4);
    return {
      count: Number(count),
      distinct: Number(distinct),
      min: min == null ? null : Number(min),
      max: max == null ? null : Number(max),
    };
  });
}

async function lookCloser(
  db: DuckDb,
  files: readonly string[],
  known: Counted & { column: Column; rows: number },
): Promise<ColumnFacts> {
  const { column, rows, count, distinct, min, max } = known;
  const { name, type } = column;
  const limits = min === null || max === null ? null : { min, max };
  const isText = type === 'string';
  const mayBeList = isText && count > 0 && distinct <= MOST_VALUES * SKETCH_SLACK;
  const values = mayBeList ? await fewValues(db, files, name) : null;
  const mayBeIds =
    (isText || type === 'integer') && count >= FEWEST_FOR_HABITS && distinct > count / SKETCH_SLACK;
  const repeated = mayBeIds ? await countRepeated(db, { files }, [name], undefined) : null;
  return {
    column,
    count,
    missing: rows - count,
    range: isNumber(type) ? limits : null,
    length: isText ? limits : null,
    values,
    isUnique: repeated?.broken === 0,
    pattern:
      isText && values === null && count >= FEWEST_FOR_HABITS ? await commonPattern(db, files, name) : null,
  };
}

async function fewValues(db: DuckDb, files: readonly string[], name: string) {
  const column = quoteIdentifier(name);
  const rows = await db.rows(
    `SELECT ${column}, count(*) AS n FROM ${parquetTable(files)} WHERE ${column} IS NOT NULL
     GROUP BY ${column} ORDER BY n DESC, ${column} LIMIT ${MOST_VALUES + 1}`,
  );
  if (rows.length > MOST_VALUES) return null;
  return rows.map(([value, count]) => ({ value: String(value), count: Number(count) }));
}

/** A shape that some texts share is tried on all of them. */
async function commonPattern(db: DuckDb, files: readonly string[], name: string): Promise<string | null> {
  const column = quoteIdentifier(name);
  const table = parquetTable(files);
  const shapes = await db.rows(
    `SELECT DISTINCT ${shapeSql(column)} FROM (SELECT ${column} FROM ${table} WHERE ${column} IS NOT NULL LIMIT ${SHAPE_SAMPLE}) LIMIT 20`,
  );
  const pattern = patternOf(shapes.map(([shape]) => String(shape)));
  if (pattern === null) return null;
  const [row] = await db.rows(
    `SELECT 1 FROM ${table} WHERE NOT regexp_matches(${column}, ${quoteText(pattern)}) LIMIT 1`,
  );
  return row === undefined ? pattern : null;
}
