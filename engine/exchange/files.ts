import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { type ExchangeItem, skipped } from './exchange-item.ts';

/** Whether something is there, and what it is; null when nothing is. Links are not followed. */
export async function kindOf(path: string): Promise<'file' | 'folder' | null> {
  const stats = await lstat(path).catch(() => null);
  if (stats === null) return null;
  return stats.isDirectory() ? 'folder' : stats.isFile() ? 'file' : null;
}

/** Names in a folder, sorted; none when it is not there. */
export async function entriesOf(dir: string): Promise<Dirent[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Files below a folder, at any depth, sorted, as full paths. Links are left out: they may lead anywhere. */
export async function* filesBelow(dir: string): AsyncGenerator<string> {
  for (const entry of await entriesOf(dir)) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile()) yield path;
  }
}

/** The path of a file below a folder, with forward slashes. */
export function pathBelow(dir: string, file: string): string {
  return relative(dir, file).split(sep).join('/');
}

/** The files of a run that lie in a folder, below `prefix` in the run. */
export async function* fileItems(runId: string, dir: string, prefix = ''): AsyncGenerator<ExchangeItem> {
  for await (const file of filesBelow(dir)) {
    const path = `${prefix}${pathBelow(dir, file)}`;
    if (/[\\\u007f]/.test(path) || path.length > 1000)
      yield skipped('a file has a name that artifacts cannot have', path);
    else yield { type: 'file', runId, path, file };
  }
}
