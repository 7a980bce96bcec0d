import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ColumnType, DriftWindow, WindowLook } from '../../../local-api/contract/index.ts';
import { checkExpression } from '../../data/index.ts';
import { parquetTable, quoteIdentifier, withDuckDb } from '../../duckdb/index.ts';
import { AssayError } from '../../errors.ts';
import { planWindows, type WindowRooms } from './plan-windows.ts';
import type { PlannedWindow } from './window-source.ts';

const LOOK_MB = 256;

const emptyTypes: Record<ColumnType, string> = {
  integer: 'BIGINT',
  float: 'DOUBLE',
  boolean: 'BOOLEAN',
  string: 'VARCHAR',
  datetime: 'TIMESTAMP',
  date: 'DATE',
};

/**
 * What a window is before it is compared: its columns, its rows, and for how many of them its condition holds; or why the condition
 * cannot be used. Logged requests are not unpacked for it: of those the condition is checked by their columns alone.
 * Errors: those of planning a window, but for the condition. Cost: one scan of the columns that the condition names.
 */
export async function lookAtWindow(
  rooms: WindowRooms,
  window: DriftWindow,
  model: string | undefined,
): Promise<WindowLook> {
  const { slice, ...whole } = window;
  const { current } = await planWindows(rooms, { reference: whole, current: whole, model }, null);
  const columns = current.columns.map(({ name, type }) => ({ name, type }));
  const folder = await mkdtemp(join(rooms.tmpDir, 'look-'));
  try {
    const counted = await countRows(current, slice, folder);
    return { name: current.name, columns, notes: current.notes, ...counted };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function countRows(
  { source, columns }: PlannedWindow,
  slice: string | undefined,
  folder: string,
): Promise<Pick<WindowLook, 'rows' | 'kept' | 'problem'>> {
  const names = columns.map(({ name }) => name);
  const readable = source.kind === 'files' ? [...source.files] : [];
  return withDuckDb({ readable, folders: [folder], memoryMb: LOOK_MB }, async (db) => {
    let table: string | null = null;
    if (source.kind === 'files') table = parquetTable(source.files);
    if (source.kind === 'predictions') {
      const path = join(folder, 'kept.parquet');
      await writeFile(path, source.file);
      table = parquetTable([path]);
    }
    const empty = columns.map(({ name, type }) => `NULL::${emptyTypes[type]} AS ${quoteIdentifier(name)}`);
    const from = table ?? `(SELECT ${empty.join(', ')} WHERE false)`;
    if (slice !== undefined) {
      try {
        const type = await checkExpression(db, slice, names, from);
        if (type !== 'boolean')
          return { rows: null, kept: null, problem: `It gives a ${type}, not true or false` };
      } catch (thrown) {
        if (!(thrown instanceof AssayError)) throw thrown;
        const [problem] = thrown.problems ?? [];
        const known = problem?.expected === undefined ? '' : `; there are ${problem.expected}`;
        return { rows: null, kept: null, problem: `${problem?.message ?? thrown.message}${known}` };
      }
    }
    if (table === null) return { rows: null, kept: null, problem: null };
    const kept = slice === undefined ? 'count(*)' : `count(*) FILTER (WHERE (${slice}\n))`;
    const [row] = await db.rows(`SELECT count(*)::DOUBLE, (${kept})::DOUBLE FROM ${table}`);
    return { rows: Number(row?.[0]), kept: Number(row?.[1]), problem: null };
  });
}
