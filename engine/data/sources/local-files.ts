import { glob, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import type { FileFormat } from '../../../local-api/contract/index.ts';
import { AssayError } from '../../errors.ts';
import { formatByName, type SourcePart } from '../source.ts';

/** One table is read from so many files at most. */
export const MOST_FILES = 10_000;

export type FoundFiles = {
  /** By name, as people sort them: 2 before 10. */
  parts: SourcePart[];
  warnings: string[];
};

/**
 * The files of a folder and its subfolders, or those that a pattern names (`*`, `?`, `**`, `{a,b}`). Hidden files, empty
 * ones, and of a folder those that hold no rows by their ending, are passed over.
 *
 * Errors: `datasets/source-not-found` for no such folder or no file in it, `datasets/unsupported-format` for kinds of
 * files that do not go together.
 */
export async function findFiles(path: string): Promise<FoundFiles> {
  if (!isAbsolute(path))
    throw new AssayError('datasets/source-not-found', `Give an absolute path: "${path}" is relative`);
  const isFolder = (await stat(path).catch(() => null))?.isDirectory() === true;
  const root = isFolder ? path : fixedFolder(path);
  if ((await stat(root).catch(() => null))?.isDirectory() !== true)
    throw new AssayError('datasets/source-not-found', `There is no folder ${root}`);
  const pattern = isFolder ? '**/*' : relative(root, path).split(sep).join('/');
  const parts: SourcePart[] = [];
  let empty = 0;
  for await (const name of glob(pattern, { cwd: await realpath(root) })) {
    if (name.split(sep).some((part) => part.startsWith('.') || part === '_SUCCESS')) continue;
    const full = join(root, name);
    const found = await stat(full).catch(() => null);
    if (found?.isFile() !== true) continue;
    if (isFolder && formatByName(name) === null) continue;
    if (found.size === 0) empty += 1;
    else parts.push({ path: full, name: name.split(sep).join('/'), sizeBytes: found.size });
    if (parts.length > MOST_FILES) {
      throw new AssayError('datasets/unsupported-format', `${path} names more than ${MOST_FILES} files`, {
        hint: 'Import them in parts, with a pattern for each.',
      });
    }
  }
  if (parts.length === 0) {
    const what = isFolder ? 'holds no file with rows (CSV, JSON, Parquet, Arrow, Excel)' : 'names no file';
    throw new AssayError('datasets/source-not-found', `${path} ${what}`);
  }
  parts.sort((a, b) => byName.compare(a.name, b.name) || (a.name < b.name ? -1 : 1));
  if (isFolder) refuseMixture(parts, path);
  return { parts, warnings: empty === 0 ? [] : [`${empty} empty files were passed over`] };
}

const byName = new Intl.Collator('en', { numeric: true });

/** The folder before the first part with a pattern in it. */
function fixedFolder(path: string): string {
  const parts = path.split(/[\\/]/);
  const first = parts.findIndex((part) => /[*?[\]{}]/.test(part));
  const fixed = parts.slice(0, first === -1 ? -1 : first).join(sep);
  return fixed === '' ? sep : fixed;
}

/** A folder of several kinds of files is no one table: which of them is meant, a pattern says. */
export function refuseMixture(parts: readonly Pick<SourcePart, 'name'>[], path: string): void {
  const kinds = new Map<FileFormat | null, number>();
  for (const { name } of parts) {
    const format = formatByName(name);
    kinds.set(format, (kinds.get(format) ?? 0) + 1);
  }
  if (kinds.size < 2) return;
  const list = [...kinds].map(([format, count]) => `${count} ${format}`).join(', ');
  throw new AssayError('datasets/unsupported-format', `${path} holds several kinds of files: ${list}`, {
    hint: 'Say which are meant with a pattern, such as /data/*.csv or /data/**/*.parquet.',
  });
}
