import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactTable, ColumnType } from '../../local-api/contract/index.ts';
import type { ArtifactStore } from '../artifacts/index.ts';
import { cellOf } from '../data/index.ts';
import { type DuckDb, duckDbError, openDuckDb, quoteIdentifier, quoteText } from '../duckdb/index.ts';
import { AssayError } from '../errors.ts';
import type { TableQuery } from './run-objects-service.ts';

const MEMORY_MB = 512;
/** Text is converted once and then read by page; larger files belong into a dataset. */
const MAX_TEXT_BYTES = 512 * 1024 ** 2;
/** DuckDB keeps twice the size of one JSON document in memory. */
const MAX_JSON_BYTES = 64 * 1024 ** 2;
const MAX_COLUMNS = 2000;
/** Files kept ready in the temporary folder, the least recently read goes first. */
const MOST_READY = 8;

type File = { digest: string; sizeBytes: number };
/** A Parquet file that DuckDB can page. `value` is the expression of a column: text columns of numbers are read as such. */
type Ready = { folder: string; path: string; columns: { name: string; value: string; type: ColumnType }[] };

/**
 * Reads files of runs as tables, a page at a time, with DuckDB: nothing blocks the event loop and memory stays flat.
 * A Parquet file is read where it lies; a text file is converted once and kept for the next pages.
 */
export function createArtifactTables(options: { artifacts: ArtifactStore; tmpDir: string }) {
  const { artifacts, tmpDir } = options;
  const ready = new Map<string, Promise<Ready>>();
  let opened: Promise<DuckDb> | null = null;

  const reader = (): Promise<DuckDb> => {
    if (opened === null) {
      const opening = openDuckDb({ readable: [], folders: [tmpDir], memoryMb: MEMORY_MB });
      // A failure is not kept: the next read tries again.
      opening.catch(() => {
        if (opened === opening) opened = null;
      });
      opened = opening;
    }
    return opened;
  };

  const prepare = async (path: string, file: File): Promise<Ready> => {
    const format = formatOf(path);
    if (format === null) throw notATable(path, 'its ending is none of csv, tsv, parquet, json, jsonl');
    const most = format === 'json' ? MAX_JSON_BYTES : format === 'parquet' ? Infinity : MAX_TEXT_BYTES;
    if (file.sizeBytes > most) {
      throw notATable(path, `it has ${file.sizeBytes} bytes; such files are shown up to ${most}`);
    }
    const folder = await mkdtemp(join(tmpDir, 'table-'));
    try {
      const source = join(folder, `source.${format}`);
      await artifacts.copyTo(file.digest, source);
      const db = await reader();
      if (format === 'parquet') return { folder, path: source, columns: await columnsOf(db, path, source) };
      const target = join(folder, 'table.parquet');
      const select =
        format === 'json' ? await selectJson(db, source, file.sizeBytes) : selectText(source, format);
      await db.rows(`COPY (${select}) TO ${quoteText(target)} (FORMAT parquet)`);
      await rm(source);
      return { folder, path: target, columns: await columnsOf(db, path, target) };
    } catch (thrown) {
      await rm(folder, { recursive: true, force: true });
      throw duckDbError(thrown, 'artifacts/not-a-table', `${path} cannot be read as a table`);
    }
  };

  const find = (path: string, file: File): Promise<Ready> => {
    const name = `${formatOf(path)} ${file.digest}`;
    const known = ready.get(name);
    ready.delete(name);
    const found = known ?? prepare(path, file);
    ready.set(name, found);
    found.catch(() => {
      if (ready.get(name) === found) ready.delete(name);
    });
    for (const [other, old] of ready) {
      if (ready.size <= MOST_READY) break;
      ready.delete(other);
      void old.then(({ folder }) => rm(folder, { recursive: true, force: true })).catch(() => undefined);
    }
    return found;
  };

  return {
    async page(file: File, query: TableQuery): Promise<ArtifactTable> {
      const { columns, path } = await find(query.path, file);
      const from = `read_parquet(${quoteText(path)}, hive_partitioning = false)`;
      const where = conditionOf(columns, query.contains);
      const order = orderOf(columns, query.sort);
      try {
        const db = await reader();
        const [count] = await db.rows(`SELECT count(*) FROM ${from} ${where}`);
        const rows = await db.rows(
          `SELECT ${columns.map(({ value }) => value).join(', ')} FROM ${from} ${where} ${order} LIMIT ${Math.trunc(query.limit)} OFFSET ${Math.trunc(query.offset)}`,
        );
        return {
          columns: columns.map(({ name, type }) => ({ name, type })),
          rows: rows.map((row) => row.map(cellOf)),
          offset: query.offset,
          total: Number(count?.[0] ?? 0),
        };
      } catch (thrown) {
        throw duckDbError(thrown, 'artifacts/not-a-table', `${query.path} cannot be read as a table`);
      }
    },

    async close(): Promise<void> {
      const closing = opened;
      opened = null;
      ready.clear();
      (await closing?.catch(() => null))?.close();
    },
  };
}

function notATable(path: string, why: string): AssayError {
  return new AssayError('artifacts/not-a-table', `${path} is not shown as a table: ${why}.`);
}

type Format = 'csv' | 'tsv' | 'parquet' | 'json' | 'jsonl';

function formatOf(path: string): Format | null {
  const ending = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  if (ending === 'pq') return 'parquet';
  if (ending === 'ndjson') return 'jsonl';
  return ending === 'csv' ||
    ending === 'tsv' ||
    ending === 'parquet' ||
    ending === 'json' ||
    ending === 'jsonl'
    ? ending
    : null;
}

/** The types are decided over the whole file, so that no row misfits; lines with too few fields are filled up. */
function selectText(path: string, format: 'csv' | 'tsv' | 'jsonl'): string {
  if (format === 'jsonl') return `SELECT * FROM read_json(${quoteText(path)}, format = 'newline_delimited')`;
  const delimiter = format === 'tsv' ? `, delim = '\t'` : '';
  return `SELECT * FROM read_csv(${quoteText(path)}, sample_size = -1, null_padding = true, strict_mode = false, parallel = false${delimiter})`;
}

/** A list of objects, or the split layout of pandas: `{"columns": […], "data": [[…], …]}`. */
async function selectJson(db: DuckDb, path: string, sizeBytes: number): Promise<string> {
  const options = `maximum_object_size = ${Math.max(1024 ** 2, sizeBytes + 1024)}`;
  const split = `read_json(${quoteText(path)}, ${options}, format = 'unstructured', columns = {columns: 'JSON[]', data: 'JSON[]'})`;
  const [row] = await db
    .rows(
      `SELECT to_json(columns)::VARCHAR FROM ${split} WHERE columns IS NOT NULL AND data IS NOT NULL LIMIT 1`,
    )
    .catch(() => []);
  const names: unknown = typeof row?.[0] === 'string' ? JSON.parse(row[0]) : null;
  if (!Array.isArray(names)) return `SELECT * FROM read_json(${quoteText(path)}, ${options})`;
  const columns = uniqueNames(names.map(String)).map(
    (name, index) => `row ->> '$[${index}]' AS ${quoteIdentifier(name)}`,
  );
  return `SELECT ${columns.join(', ')} FROM (SELECT unnest(data) AS row FROM ${split})`;
}

function uniqueNames(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const shown = name === '' ? 'column' : name;
    const times = seen.get(shown.toLowerCase()) ?? 0;
    seen.set(shown.toLowerCase(), times + 1);
    return times === 0 ? shown : `${shown}_${times + 1}`;
  });
}

/** Names and types of the columns; text in which every value is a number is read as numbers. */
async function columnsOf(db: DuckDb, name: string, parquet: string): Promise<Ready['columns']> {
  const from = `read_parquet(${quoteText(parquet)}, hive_partitioning = false)`;
  const described = await db.describe(`SELECT * FROM ${from}`);
  if (described.length > MAX_COLUMNS) throw notATable(name, `it has more than ${MAX_COLUMNS} columns`);
  const texts = described.filter(({ type }) => type === 'VARCHAR');
  const tests = texts.map(({ name: column }) => {
    const quoted = quoteIdentifier(column);
    return `coalesce(bool_and(try_cast(${quoted} AS DOUBLE) IS NOT NULL) FILTER (WHERE ${quoted} IS NOT NULL), false)`;
  });
  const [areNumbers = []] =
    tests.length === 0 ? [] : await db.rows(`SELECT ${tests.join(', ')} FROM ${from}`);
  const numeric = new Set(
    texts.filter((_, index) => areNumbers[index] === true).map((column) => column.name),
  );
  return described.map(({ name: column, type }) => {
    const quoted = quoteIdentifier(column);
    return numeric.has(column)
      ? { name: column, value: `try_cast(${quoted} AS DOUBLE)`, type: 'float' }
      : { name: column, value: quoted, type: typeOf(type) };
  });
}

function typeOf(type: string): ColumnType {
  if (/^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/.test(type)) return 'integer';
  if (/^(FLOAT|DOUBLE|DECIMAL)/.test(type)) return 'float';
  if (type === 'BOOLEAN') return 'boolean';
  if (type === 'DATE') return 'date';
  return type.startsWith('TIMESTAMP') ? 'datetime' : 'string';
}

function conditionOf(columns: Ready['columns'], contains: string | undefined): string {
  if (contains === undefined || contains === '') return '';
  const all = columns.map(({ name }) => `${quoteIdentifier(name)}::VARCHAR`).join(', ');
  return `WHERE contains(lower(concat_ws(chr(31), ${all})), lower(${quoteText(contains)}))`;
}

/** Errors: request/invalid for a column that is not there. */
function orderOf(columns: Ready['columns'], sort: string | undefined): string {
  if (sort === undefined || sort === '') return '';
  const isDescending = sort.startsWith('-');
  const name = isDescending ? sort.slice(1) : sort;
  const column = columns.find((candidate) => candidate.name === name);
  if (column === undefined) {
    throw new AssayError('request/invalid', `There is no column ${JSON.stringify(name)}.`, {
      problems: [{ path: 'sort', message: 'is no column of the table', expected: 'the name of a column' }],
    });
  }
  return `ORDER BY ${column.value} ${isDescending ? 'DESC' : 'ASC'} NULLS LAST`;
}
