import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BadRow } from '../../local-api/contract/index.ts';
import { type BadRowIndex, badRowsPage, indexBadRows } from './bad-rows.ts';
import { moveIntoPlace, syncFolder } from './snapshot-files.ts';

/** The rows that imports set aside: one file a version, beside the snapshots. */
export type BadRowFiles = {
  /** Takes over a file; one that is there already is kept. */
  take(from: string, versionId: string): Promise<void>;
  /** Null: none are kept of that version. */
  page(versionId: string, offset: number, limit: number): Promise<{ rows: BadRow[]; total: number } | null>;
  /** Removes what is older than `graceMs` and of no version that `isKnown`; gives how much. */
  removeOthers(
    isKnown: (versionId: string) => boolean,
    options: { graceMs: number; nowMs: number; dryRun: boolean },
  ): Promise<{ removed: number; freedBytes: number }>;
};

const ENDING = '.jsonl';
const KEPT_INDEXES = 16;

export async function openBadRowFiles(folder: string): Promise<BadRowFiles> {
  await mkdir(folder, { recursive: true });
  const pathOf = (versionId: string) => join(folder, `${versionId}${ENDING}`);
  const sizeOf = async (path: string) => (await stat(path).catch(() => null))?.size ?? null;
  // Files never change; those that were looked at last are looked at next.
  const indexes = new Map<string, Promise<BadRowIndex>>();
  const indexOf = async (path: string): Promise<BadRowIndex> => {
    const index = indexes.get(path) ?? indexBadRows(path);
    indexes.delete(path);
    indexes.set(path, index);
    index.catch(() => indexes.delete(path));
    const [oldest] = indexes.keys();
    if (indexes.size > KEPT_INDEXES && oldest !== undefined) indexes.delete(oldest);
    return index;
  };
  return {
    async take(from, versionId) {
      if ((await sizeOf(from)) === null || (await sizeOf(pathOf(versionId))) !== null) return;
      await moveIntoPlace(from, pathOf(versionId));
      await syncFolder(folder);
    },
    async page(versionId, offset, limit) {
      const path = pathOf(versionId);
      if ((await sizeOf(path)) === null) return null;
      return badRowsPage(path, await indexOf(path), offset, limit);
    },
    async removeOthers(isKnown, { graceMs, nowMs, dryRun }) {
      let removed = 0;
      let freedBytes = 0;
      for (const name of await readdir(folder)) {
        if (!name.endsWith(ENDING) || isKnown(name.slice(0, -ENDING.length))) continue;
        const found = await stat(join(folder, name)).catch(() => null);
        if (found === null || nowMs - found.mtimeMs < graceMs) continue;
        removed += 1;
        freedBytes += found.size;
        if (!dryRun) await rm(join(folder, name), { force: true });
      }
      return { removed, freedBytes };
    },
  };
}
