import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cellOf } from '../../../engine/data/cells.ts';
import { previewFile } from '../../../engine/data/preview.ts';
import { type WrittenSnapshot, writeSnapshot } from '../../../engine/data/snapshot.ts';
import { sourceFile } from '../../../engine/data/source.ts';
import { quoteText, withDuckDb } from '../../../engine/duckdb/index.ts';
import type { Cell, DatasetPreview, ReadOptions } from '../../../local-api/contract/index.ts';

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
      writeFileSync(target, content);
      return target;
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

export type Imported = WrittenSnapshot & { cells: Cell[][]; header: string[] };

/** Imports a file the way the job does and reads the snapshot back. */
export async function importFile(path: string, read: ReadOptions = {}): Promise<Imported> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-import-'));
  try {
    const snapshot = await writeSnapshot(await sourceFile(path), { read, folder, memoryMb: 512 });
    const cells = await withDuckDb({ readable: [], folders: [folder], memoryMb: 256 }, async (db) => {
      const rows = await db.rows(`SELECT * FROM read_parquet(${quoteText(snapshot.path)})`);
      return rows.map((row) => row.map(cellOf));
    });
    return { ...snapshot, cells, header: snapshot.columns.map((column) => `${column.name}:${column.type}`) };
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
