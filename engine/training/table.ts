import type { ColumnType, FeatureRole, Recipe } from '../../local-api/contract/index.ts';
import { type DuckDb, duckDbError, parquetTable, quoteIdentifier, withDuckDb } from '../duckdb/index.ts';
import { AssayError } from '../errors.ts';
import { groupsOf } from './validation/groups.ts';

/** A column to read, with the role that the model gives it. `nullable` is what the dataset says of the column. */
export type TableColumnRequest = { name: string; type: ColumnType; nullable: boolean; role: FeatureRole };

/** Numbers; booleans as 0 and 1; datetimes and dates as milliseconds since the epoch, UTC. NaN is missing. */
export type NumericColumn = TableColumnRequest & {
  role: Exclude<FeatureRole, 'category'>;
  values: Float64Array;
};
/** A text a row as an index into `categories` (in order of first appearance); -1 is missing. */
export type CategoryColumn = TableColumnRequest & {
  role: 'category';
  codes: Int32Array;
  categories: readonly string[];
};
export type TableColumn = NumericColumn | CategoryColumn;

/** The truth a row: an index into `classes` (sorted), a number, or a grade. Rows without a target are left out of the table. */
export type TableTarget =
  | { task: 'classification'; codes: Int32Array; classes: readonly string[] }
  | { task: 'regression'; values: Float64Array }
  | RankingTarget;

/** The grade a row, and a number that is equal for the rows to put in order together, with their names. */
export type RankingTarget = {
  task: 'ranking';
  values: Float64Array;
  queries: Int32Array;
  queryNames: readonly string[] | null;
};

/** The rows that a model is trained and tested on, column by column. */
export type TrainingTable = {
  rows: number;
  /** Rows that the recipe's filter left, before the limit. */
  matchedRows: number;
  /** Rows left out because the target is missing. */
  withoutTarget: number;
  columns: readonly TableColumn[];
  /** Columns that are no features: weights of rows, groups, what figures are told apart by. */
  extras: readonly TableColumn[];
  target: TableTarget;
  /** Row number in the snapshot (from 0) of each row of the table. */
  sourceRows: Int32Array;
};

export type ReadTableOptions = {
  /** The Parquet files of the snapshot. */
  files: readonly string[];
  columns: readonly TableColumnRequest[];
  /** Columns that are needed besides, and are no features. */
  extras?: readonly TableColumnRequest[];
  /** SQL over the columns of the file; `quoteIdentifier(name)` for a plain column. */
  targetSql: string;
  task: Recipe['task'];
  /** With the task ranking: a column, among the features or the extras, that tells which rows are put in order together. */
  group?: string;
  rows: Recipe['rows'];
  /** Oldest rows first by this column, ties in file order; file order when left out. Rows without a time come first. */
  timeColumn?: string;
  memoryMb?: number;
  signal?: AbortSignal;
};

/**
 * Reads what a recipe asks for out of a snapshot, in an order that depends on its rows and the options alone.
 *
 * Infinite numbers and empty texts count as missing. `sample: 'even'` takes rows at equal distances among those that the
 * filter leaves, `first` and `newest` one end (`newest` by `timeColumn` where given, else the end of the file).
 *
 * Errors: `datasets/bad-expression` when `where` or the target is not SQL over these columns, `jobs/out-of-memory`, `jobs/cancelled`.
 * Cost: one scan of the columns used, plus a sort of the rows kept.
 */
export async function readTable(options: ReadTableOptions): Promise<TrainingTable> {
  const { files, memoryMb = 1024, signal } = options;
  // The recipe's SQL may read these files and nothing else. Nothing is written either: what does not fit in memory fails.
  const limits = { readable: files, folders: [], memoryMb, ...(signal ? { signal } : {}) };
  try {
    return await withDuckDb(limits, (db) => read(db, options));
  } catch (error) {
    if (signal?.aborted)
      throw new AssayError('jobs/cancelled', 'Reading the data was cancelled', { cause: error });
    throw duckDbError(error, 'datasets/bad-expression', 'Reading the training data');
  }
}

async function read(db: DuckDb, options: ReadTableOptions): Promise<TrainingTable> {
  const { matched, kept, counted } = await countRows(db, options);
  const limit = Math.min(options.rows.limit ?? kept, kept);
  const table = allocate(options, limit);
  const readers = [...table.readers];
  let offset = 0;
  for await (const chunk of db.chunks(selectSql(options, counted, kept, limit))) {
    options.signal?.throwIfAborted();
    const { rowCount } = chunk;
    for (const [index, read] of readers.entries()) {
      const vector = chunk.getColumnVector(index);
      for (let row = 0; row < rowCount; row += 1) read(offset + row, vector.getItem(row));
    }
    offset += rowCount;
  }
  if (offset !== limit) throw new AssayError('internal', `expected ${limit} rows and read ${offset}`);
  return { ...table.finish(), rows: limit, matchedRows: matched, withoutTarget: matched - kept };
}

/** `counted`: DuckDB's own row number is hidden by a column, or begins anew in each file. */
async function countRows(db: DuckDb, options: ReadTableOptions) {
  const columns = await db.describe(`SELECT * FROM ${fileSql(options)}`);
  const [counts] = await db.rows(
    `SELECT count(*)::DOUBLE, count(${targetSql(options)})::DOUBLE FROM ${fileSql(options)} WHERE ${whereSql(options)}`,
  );
  const isHidden = columns.some(({ name }) => name.toLowerCase() === 'file_row_number');
  return {
    matched: Number(counts?.[0]),
    kept: Number(counts?.[1]),
    counted: isHidden || options.files.length > 1,
  };
}

const fileSql = ({ files }: ReadTableOptions) => parquetTable(files);

const whereSql = ({ rows }: ReadTableOptions) => (rows.where === undefined ? 'true' : `(${rows.where}\n)`);

function targetSql({ task, targetSql: sql }: ReadTableOptions): string {
  return task !== 'classification' ? finite(`(${sql}\n)::DOUBLE`) : `nullif((${sql}\n)::VARCHAR, '')`;
}

const finite = (sql: string) => `(CASE WHEN isfinite(${sql}) THEN ${sql} END)`;

function valueSql({ name, type, role }: TableColumnRequest): string {
  const column = quoteIdentifier(name);
  if (role === 'category') return `nullif(${column}::VARCHAR, '')`;
  if (type === 'datetime' || type === 'date') return `epoch_ms(${finite(`${column}::TIMESTAMP`)})::DOUBLE`;
  return type === 'float' ? finite(`${column}::DOUBLE`) : `${column}::DOUBLE`;
}

/** `limit` of the `kept` rows in the order asked for: file row, target, then the columns. */
function selectSql(options: ReadTableOptions, counted: boolean, kept: number, limit: number): string {
  const { timeColumn, rows } = options;
  const columns = [...options.columns, ...(options.extras ?? [])];
  const rowNumber = counted ? 'row_number() OVER () - 1' : 'file_row_number';
  const time = timeColumn === undefined ? '__assay_i' : '__assay_t';
  const from = `
    SELECT *, row_number() OVER () - 1 AS __assay_i FROM (
      SELECT __assay_row, ${timeColumn === undefined ? '' : `${quoteIdentifier(timeColumn)} AS __assay_t,`}
        ${targetSql(options)} AS __assay_y
        ${columns.map((column, index) => `, ${valueSql(column)} AS __assay_${index}`).join('')}
      FROM (SELECT *, ${rowNumber} AS __assay_row FROM ${fileSql(options)})
      WHERE ${whereSql(options)} AND __assay_y IS NOT NULL)`;
  const picked = {
    even: `SELECT * FROM (${from}) WHERE ((__assay_i + 1) * ${limit}) // ${kept} > (__assay_i * ${limit}) // ${kept}`,
    first: `SELECT * FROM (${from}) WHERE __assay_i < ${limit}`,
    newest: `SELECT * FROM (${from}) ORDER BY ${time} DESC NULLS LAST, __assay_i DESC LIMIT ${limit}`,
  }[limit === kept ? 'first' : rows.sample];
  return `
    SELECT __assay_row::INTEGER, __assay_y ${columns.map((_, index) => `, __assay_${index}`).join('')}
    FROM (${picked}) ORDER BY ${time} NULLS FIRST, __assay_i`;
}

type Read = (row: number, value: unknown) => void;

/** Arrays for `rows` rows, a reader a column of the query, and what puts them together at the end. */
function allocate(options: ReadTableOptions, rows: number) {
  const sourceRows = new Int32Array(rows);
  const target = options.task === 'classification' ? dictionary(rows) : numbers(rows);
  const made = (column: TableColumnRequest) => ({
    column,
    data: column.role === 'category' ? dictionary(rows) : numbers(rows),
  });
  const columns = options.columns.map(made);
  const extras = (options.extras ?? []).map(made);
  return {
    readers: [
      (row: number, value: unknown) => {
        sourceRows[row] = Number(value);
      },
      target.read,
      ...[...columns, ...extras].map(({ data }) => data.read),
    ] satisfies Read[],
    finish(): Pick<TrainingTable, 'columns' | 'extras' | 'target' | 'sourceRows'> {
      const read = {
        columns: columns.map(({ column, data }) => withData(column, data)),
        extras: extras.map(({ column, data }) => withData(column, data)),
      };
      if (!('values' in target)) return { ...read, sourceRows, target: sortedClasses(target) };
      const { values } = target;
      if (options.group === undefined) return { ...read, sourceRows, target: { task: 'regression', values } };
      return { ...read, sourceRows, target: { task: 'ranking', values, ...queriesOf(read, options.group) } };
    },
  };
}

type Numbers = { values: Float64Array; read: Read };
type Dictionary = { codes: Int32Array; entries: string[]; read: Read };

function numbers(rows: number): Numbers {
  const values = new Float64Array(rows).fill(Number.NaN);
  return {
    values,
    read(row, value) {
      if (typeof value === 'number') values[row] = value;
    },
  };
}

function dictionary(rows: number): Dictionary {
  const codes = new Int32Array(rows).fill(-1);
  const entries: string[] = [];
  const known = new Map<string, number>();
  return {
    codes,
    entries,
    read(row, value) {
      if (typeof value !== 'string') return;
      let code = known.get(value);
      if (code === undefined) {
        code = entries.push(value) - 1;
        known.set(value, code);
      }
      codes[row] = code;
    },
  };
}

/** A number a row that is equal within a query, and what people call the queries. Rows without a value are one query. */
function queriesOf(
  table: Pick<TrainingTable, 'columns' | 'extras'>,
  group: string,
): Pick<RankingTarget, 'queries' | 'queryNames'> {
  const column = columnNamed(table, group);
  const names = column?.role === 'category' ? column.categories : null;
  return { queries: groupsOf(table, group), queryNames: names };
}

/** A column of the table by its name, feature or not. */
export function columnNamed(
  { columns, extras }: Pick<TrainingTable, 'columns' | 'extras'>,
  name: string,
): TableColumn | undefined {
  return [...columns, ...extras].find((column) => column.name === name);
}

function withData(column: TableColumnRequest, data: Numbers | Dictionary): TableColumn {
  if ('values' in data) {
    const nullable = column.nullable || data.values.some(Number.isNaN);
    return { ...column, nullable, role: numericRole(column.role), values: data.values };
  }
  const nullable = column.nullable || data.codes.includes(-1);
  return { ...column, nullable, role: 'category', codes: data.codes, categories: data.entries };
}

function numericRole(role: FeatureRole): NumericColumn['role'] {
  return role === 'category' ? 'number' : role;
}

/** Numbers ascending where all classes are numbers, else by code unit: so that the order does not hang on the order of rows. */
function sortedClasses({ codes, entries }: Dictionary): TableTarget {
  const numeric = entries.every((entry) => entry.trim() !== '' && Number.isFinite(Number(entry)));
  const classes = [...entries].sort((a, b) => (numeric ? Number(a) - Number(b) : 0) || (a < b ? -1 : 1));
  const position = new Map(classes.map((name, index) => [name, index]));
  const renumbered = Int32Array.from(entries, (name) => position.get(name) ?? -1);
  return { task: 'classification', classes, codes: codes.map((code) => renumbered[code] ?? -1) };
}
