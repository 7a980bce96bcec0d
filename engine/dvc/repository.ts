import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { AssayError } from '../errors.ts';

/** A repository of DVC, or the folder of a `.dvc` file that lies in none: then `dvcDir` is null. */
export type DvcRepository = { root: string; dvcDir: string | null };

/** Whether a path names something of DVC, by its name alone. */
export function isDvcPath(path: string): boolean {
  return /(.\.dvc|^dvc\.lock|^dvc\.yaml)$/.test(basename(path));
}

/**
 * The repository around a file or folder: the nearest folder with a `.dvc` folder in it.
 * Errors: `datasets/source-not-found`.
 */
export async function findRepository(path: string): Promise<DvcRepository & { isFolder: boolean }> {
  if (!isAbsolute(path))
    throw new AssayError('datasets/source-not-found', `Give an absolute path: "${path}" is relative`);
  const found = await stat(path).catch(() => null);
  if (found === null) throw new AssayError('datasets/source-not-found', `There is no ${path}`);
  const isFolder = found.isDirectory();
  const start = isFolder ? resolve(path) : dirname(resolve(path));
  for (let folder = start; ; folder = dirname(folder)) {
    const dvcDir = join(folder, '.dvc');
    if (await isDirectory(dvcDir)) return { root: folder, dvcDir, isFolder };
    if (folder === dirname(folder)) return { root: start, dvcDir: null, isFolder };
  }
}

const isDirectory = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => null))?.isDirectory() === true;

const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

/** The commit that is checked out around a folder; null where there is none, or git keeps it in a way not known here. */
export async function checkedOutCommit(folder: string): Promise<string | null> {
  const git = await gitOf(folder);
  return git === null ? null : commitOf(git.dir).catch(() => null);
}

/** The repository of git around a path: its root, and where it keeps its own files. Null when there is none. */
export async function gitOf(path: string): Promise<{ root: string; dir: string } | null> {
  for (let root = path; ; root = dirname(root)) {
    const dir = await gitDirOf(join(root, '.git'));
    if (dir !== null) return { root, dir };
    if (root === dirname(root)) return null;
  }
}

async function gitDirOf(path: string): Promise<string | null> {
  const found = await stat(path).catch(() => null);
  if (found === null) return null;
  if (found.isDirectory()) return path;
  // Of a work tree or a submodule: a file that says where it is.
  const text = await readFile(path, 'utf8').catch(() => '');
  const dir = /^gitdir: (.+)$/m.exec(text)?.[1];
  return dir === undefined ? null : resolve(dirname(path), dir.trim());
}

async function commitOf(gitDir: string): Promise<string | null> {
  const head = (await readFile(join(gitDir, 'HEAD'), 'utf8')).trim();
  if (COMMIT.test(head)) return head;
  const ref = /^ref: (refs\/[^\s]+)$/.exec(head)?.[1];
  if (ref === undefined || ref.split('/').includes('..')) return null;
  const common = await readFile(join(gitDir, 'commondir'), 'utf8').catch(() => '.');
  for (const dir of [gitDir, resolve(gitDir, common.trim())]) {
    const commit = await readFile(join(dir, ref), 'utf8').catch(() => '');
    if (COMMIT.test(commit.trim())) return commit.trim();
    const packed = await readFile(join(dir, 'packed-refs'), 'utf8').catch(() => '');
    const line = packed.split('\n').find((text) => text.endsWith(` ${ref}`));
    const [found = ''] = line?.split(' ', 1) ?? [];
    if (COMMIT.test(found)) return found;
  }
  return null;
}
