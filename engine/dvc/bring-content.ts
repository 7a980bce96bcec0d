import { realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { Problem } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import { type DvcContent, keysOf, nameOf } from './content.ts';
import { md5OfFile } from './md5-of-file.ts';
import type { OpenedRemote } from './open-remote.ts';

/** Where content is looked for, in this order: the file in the repository, the cache, the remote. */
export type ContentPlaces = {
  root: string;
  cacheDir: string | null;
  /** Opened when it is needed first; null when there is none. */
  remote: (() => Promise<{ name: string; opened: OpenedRemote }>) | null;
  /** For copies of what lies elsewhere. */
  folder: string;
  signal?: AbortSignal | undefined;
  progress(message: string): void;
};

export type Brought = {
  path: string;
  sizeBytes: number;
  from: 'workspace' | 'cache' | 'remote';
  warnings: string[];
};

/**
 * A file on this machine whose MD5 is the one that DVC names.
 *
 * @param name for people: the path in the repository
 * @param workspacePath the same, from the root, where it is known to lie there; else null
 * Errors: `dvc/content-missing` where no place has it, `dvc/mismatch` where something else is in its place; each with all
 * places in "problems".
 */
export async function bringContent(
  content: DvcContent,
  name: string,
  workspacePath: string | null,
  places: ContentPlaces,
): Promise<Brought> {
  const found: Problem[] = [];
  const others: string[] = [];
  const other = (path: string, message: string) => {
    others.push(`${path}: ${message}`);
    found.push({ path, message, expected: nameOf(content) });
  };
  const fits = async (path: string, shown: string): Promise<number | null> => {
    places.progress(`Checking ${name}`);
    const md5 = await md5OfFile(path, { isLegacy: content.isLegacy, signal: places.signal });
    if (md5.md5 === content.md5 || md5.legacyMd5 === content.md5) return md5.sizeBytes;
    other(shown, `has the MD5 ${md5.md5}`);
    return null;
  };
  const atFirst = async (
    from: Brought['from'],
    look: (key: string) => Promise<{ path: string; shown: string } | null>,
    missing: Problem,
    warnings: string[],
  ): Promise<Brought | null> => {
    let isThere = false;
    for (const key of keysOf(content)) {
      const at = await look(key);
      if (at === null) continue;
      isThere = true;
      const sizeBytes = await fits(at.path, at.shown);
      if (sizeBytes !== null) return { path: at.path, sizeBytes, from, warnings };
    }
    if (!isThere) found.push(missing);
    return null;
  };

  if (workspacePath !== null) {
    const path = await fileWithin(places, join(places.root, ...workspacePath.split('/')));
    const size = path === null ? null : (await stat(path)).size;
    // A count of bytes tells without reading them; line ends of older content count otherwise.
    const isCounted = !content.isLegacy && content.sizeBytes !== null;
    if (path === null || size === null) found.push({ path: workspacePath, message: 'no such file' });
    else if (isCounted && size !== content.sizeBytes)
      other(workspacePath, `has ${size} bytes instead of ${content.sizeBytes}`);
    else {
      const sizeBytes = await fits(path, workspacePath);
      if (sizeBytes !== null) return { path, sizeBytes, from: 'workspace', warnings: [] };
    }
  }
  const { cacheDir } = places;
  if (cacheDir !== null) {
    const look = async (key: string) => {
      const path = join(cacheDir, ...key.split('/'));
      return (await stat(path).catch(() => null))?.isFile() === true ? { path, shown: path } : null;
    };
    const cached = await atFirst('cache', look, { path: cacheDir, message: 'the cache lacks it' }, []);
    if (cached !== null) return cached;
  }
  if (places.remote === null) found.push({ path: '', message: 'no remote is set up' });
  else {
    const damaged = others.filter((text) => cacheDir !== null && text.startsWith(cacheDir));
    const { name: remote, opened } = await places.remote();
    const look = async (key: string) => {
      places.progress(`Fetching ${name} from the remote "${remote}"`);
      const path = await opened.fetch(key, join(places.folder, nameOf(content)));
      return path === null ? null : { path, shown: opened.address(key) };
    };
    const warnings = damaged.map((text) => `${text}; it was read from the remote "${remote}"`);
    const missing = { path: opened.address(''), message: `the remote "${remote}" lacks it` };
    const fetched = await atFirst('remote', look, missing, warnings);
    if (fetched !== null) return fetched;
  }
  const list = found.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
  throw new AssayError(
    others.length > 0 ? 'dvc/mismatch' : 'dvc/content-missing',
    `${name} with the MD5 ${nameOf(content)} was not found: ${list}.`,
    { problems: found },
  );
}

/** A regular file in the repository or, through a link, in its cache; null when there is none. */
async function fileWithin({ root, cacheDir }: ContentPlaces, path: string): Promise<string | null> {
  const real = await realpath(path).catch(() => null);
  if (real === null || !(await stat(real)).isFile()) return null;
  const homes = await Promise.all([root, cacheDir ?? root].map((home) => realpath(home).catch(() => home)));
  return homes.some((home) => real.startsWith(home.endsWith(sep) ? home : home + sep)) ? path : null;
}
