import { join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { quoteIdentifier } from '../../duckdb/index.ts';
import { AssayError, messageOf } from '../../errors.ts';
import type { SourceColumn } from '../relation.ts';
import type { Origin, SourceFile, SourcePart } from '../source.ts';
import { type GatherContext, invalid, mostRows } from './gather-context.ts';
import { type StagedCell, stagedCsv, uniqueColumns } from './staged-csv.ts';

const ROWS_BETWEEN_BREATHS = 5000;

/**
 * The rows of a table or query of an SQLite file as a staged CSV. SQLite types values, not columns: a column of
 * integers is one of integers, with reals among them one of floats, with texts among them text; a declared date, time or
 * boolean is tried as such. The file is opened for reading alone. Blocks its thread in pieces of some 10 ms.
 *
 * Errors: `datasets/unreadable`, `datasets/empty`, `request/invalid` for a table that is not there.
 */
export async function gatherSqlite(
  file: SourcePart,
  context: GatherContext,
  index: number,
): Promise<SourceFile> {
  const db = openFile(file);
  try {
    const tables = tablesOf(db);
    const { select, table } = selectOf(db, tables, file, context);
    const path = join(context.folder, `table-${index}.csv`);
    const staged = await stage(db, select, path, context);
    const several =
      tables.length > 1 && context.read.table === undefined && context.read.query === undefined
        ? [`${file.name} has ${tables.length} tables; this is "${table}"`]
        : [];
    const origin: Origin = {
      format: 'sqlite',
      tables,
      options: { format: 'sqlite', ...(table === null ? {} : { table }) },
      warnings: [...several, ...staged.warnings],
    };
    return {
      path,
      name: file.name,
      sizeBytes: file.sizeBytes,
      staged: { kind: 'typed', columns: staged.columns },
      origin,
    };
  } catch (thrown) {
    if (thrown instanceof AssayError) throw thrown;
    throw new AssayError('datasets/unreadable', `${file.name} cannot be read: ${messageOf(thrown)}`, {
      cause: thrown,
    });
  } finally {
    db.close();
  }
}

function openFile(file: SourcePart): Database.Database {
  try {
    return new Database(file.path, { readonly: true, fileMustExist: true });
  } catch (thrown) {
    throw new AssayError('datasets/unreadable', `${file.name} cannot be opened: ${messageOf(thrown)}`);
  }
}

function tablesOf(db: Database.Database): string[] {
  const rows = db
    .prepare(
      `SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid`,
    )
    .pluck()
    .all();
  return rows.map(String);
}

function selectOf(
  db: Database.Database,
  tables: readonly string[],
  file: SourcePart,
  context: GatherContext,
): { select: string; table: string | null } {
  const { read } = context;
  const limit = mostRows(context);
  const limited = (query: string) => (limit === null ? query : `SELECT * FROM (${query}\n) LIMIT ${limit}`);
  if (read.query !== undefined) {
    const query = read.query.trim().replace(/;\s*$/, '');
    if (!db.prepare(query).reader)
      throw invalid('/options/query', 'The query gives no rows: a SELECT is needed');
    return { select: limited(query), table: null };
  }
  if (read.table !== undefined && !tables.includes(read.table))
    throw invalid(
      '/options/table',
      `${file.name} has no table "${read.table}"`,
      tables.slice(0, 20).join(', '),
    );
  const table = read.table ?? tables[0];
  if (table === undefined) throw new AssayError('datasets/empty', `${file.name} has no tables`);
  return { select: limited(`SELECT * FROM ${quoteIdentifier(table)}`), table };
}

type Seen = { integer: boolean; real: boolean; text: boolean; blob: boolean; isZeroOne: boolean };

async function stage(
  db: Database.Database,
  select: string,
  path: string,
  context: GatherContext,
): Promise<{ columns: SourceColumn[]; warnings: string[] }> {
  const statement = db.prepare(select).raw(true).safeIntegers(true);
  const described = statement.columns();
  const seen = described.map(
    (): Seen => ({ integer: false, real: false, text: false, blob: false, isZeroOne: true }),
  );
  const csv = stagedCsv(path);
  await csv.add(described.map(({ name }) => name));
  let count = 0;
  for (const row of statement.iterate() as IterableIterator<unknown[]>) {
    const added = csv.add(row.map((value, index) => cellOf(value, seen[index] as Seen)));
    if (added !== undefined) await added;
    count += 1;
    if (count % ROWS_BETWEEN_BREATHS === 0) {
      context.progress(null, `${count.toLocaleString('en')} rows read`);
      await breathe();
      context.signal?.throwIfAborted();
    }
  }
  await csv.end();
  if (count === 0) throw new AssayError('datasets/empty', 'The table has no rows');
  const names = uniqueColumns(described.map(({ name }) => name));
  const columns = names.map((name, index) =>
    columnOf(name, described[index]?.type ?? null, seen[index] as Seen),
  );
  const mixed = columns.filter((_, index) => isMixed(seen[index] as Seen)).map(({ name }) => `"${name}"`);
  const warnings =
    mixed.length === 0 ? [] : [`Read as string, since texts stand among numbers: ${mixed.join(', ')}`];
  return { columns, warnings };
}

function cellOf(value: unknown, seen: Seen): StagedCell {
  if (typeof value === 'bigint') {
    seen.integer = true;
    seen.isZeroOne &&= value === 0n || value === 1n;
    return value;
  }
  if (typeof value === 'number') {
    seen.real = true;
    return value;
  }
  if (typeof value === 'string') {
    seen.text = true;
    return value;
  }
  if (value instanceof Uint8Array) {
    seen.blob = true;
    return Buffer.from(value).toString('base64');
  }
  return null;
}

function isMixed({ integer, real, text }: Seen): boolean {
  return text && (integer || real);
}

function columnOf(name: string, declared: string | null, seen: Seen): SourceColumn {
  const plain = (nativeType: string): SourceColumn => ({ name, nativeType, becomes: null });
  if (seen.text || seen.blob) {
    const type = /^timestamp|^datetime/i.test(declared ?? '')
      ? 'datetime'
      : /^date/i.test(declared ?? '')
        ? 'date'
        : null;
    return type === null || isMixed(seen)
      ? plain('VARCHAR')
      : { name, nativeType: 'VARCHAR', becomes: { type, formats: [], onMisfit: 'set-aside' } };
  }
  if (seen.real) return plain('DOUBLE');
  if (seen.integer) return plain(/^bool/i.test(declared ?? '') && seen.isZeroOne ? 'BOOLEAN' : 'BIGINT');
  if (/INT/i.test(declared ?? '')) return plain('BIGINT');
  return plain(/REAL|FLOA|DOUB|NUM|DEC/i.test(declared ?? '') ? 'DOUBLE' : 'VARCHAR');
}
