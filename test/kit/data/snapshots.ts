import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { readBadRows } from '../../../engine/data/bad-rows.ts';
import { cellOf } from '../../../engine/data/cells.ts';
import { previewFile } from '../../../engine/data/preview.ts';
import { BAD_ROWS_FILE, type WrittenSnapshot, writeSnapshot } from '../../../engine/data/snapshot.ts';
import { sourceFile } from '../../../engine/data/source.ts';
import { gather } from '../../../engine/data/sources/gather.ts';
import type { ResolvedSource } from '../../../engine/data/sources/resolved-source.ts';
import { quoteText, withDuckDb } from '../../../engine/duckdb/index.ts';
import type { BadRow, Cell, DatasetPreview, ReadOptions } from '../../../local-api/contract/index.ts';

/** A folder of its own for one test file; `remove` it afterwards. */
export function testFolder(): {
  path: string;
  file(name: string, content: string | Uint8Array): string;
  remove(): void;
} {
  const path = mkdtempSync(join(tmpdir(), 'assay-data-'));
  return {
    path,
    file(name, content) {
      const target = join(path, name);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, content);
      return target;
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** `all` is every row that was set aside. */
export type Imported = WrittenSnapshot & { cells: Cell[][]; header: string[]; all: BadRow[] };

/** A file, or several where the path is a folder or a pattern. */
function resolved(path: string) {
  const isOne = statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  const name = basename(path);
  return isOne ? ({ kind: 'file', path, name } as const) : ({ kind: 'paths', path, name } as const);
}

/** Imports a file the way the job does and reads the snapshot back. */
export function importFile(path: string, read: ReadOptions = {}): Promise<Imported> {
  return importSource({ ...resolved(path), hidden: [] }, read);
}

/** The same of any source. */
export async function importSource(
  source: ResolvedSource,
  read: ReadOptions = {},
  signal?: AbortSignal,
): Promise<Imported> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-import-'));
  try {
    const file = await gather(source, { read, folder, headRows: null, signal, progress() {} });
    const snapshot = await writeSnapshot(file, { read, folder, memoryMb: 1024 });
    const cells = await withDuckDb({ readable: [], folders: [folder], memoryMb: 1024 }, async (db) => {
      const rows = await db.rows(`SELECT * FROM read_parquet(${quoteText(snapshot.path)})`);
      return rows.map((row) => row.map(cellOf));
    });
    const all: BadRow[] = [];
    const kept = join(folder, BAD_ROWS_FILE);
    if (existsSync(kept)) for await (const row of readBadRows(kept)) all.push(row);
    return {
      ...snapshot,
      cells,
      all,
      header: snapshot.columns.map((column) => `${column.name}:${column.type}`),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function preview(path: string, read: ReadOptions = {}, limit = 50): Promise<DatasetPreview> {
  return previewFile(await sourceFile(path), read, limit, tmpdir());
}

/** The error code and message that a promise fails with. */
export async function failureOf(
  promise: Promise<unknown>,
): Promise<{ code: string; message: string; problems: unknown }> {
  try {
    await promise;
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown) {
      return {
        code: String(thrown.code),
        message: thrown.message,
        problems: 'problems' in thrown ? thrown.problems : undefined,
      };
    }
    throw thrown;
  }
  throw new Error('It did not fail.');
}
