import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import type { Problem } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import { type DvcOutput, MOST_DVC_BYTES, type ParsedDvc, parseDvcFile, parseLock } from './parse-dvc.ts';
import { type DvcRepository, findRepository } from './repository.ts';

export type FoundOutputs = {
  repository: DvcRepository;
  /** The folder from which names of outputs are meant, from the root with slashes; "" is the root. */
  base: string;
  outputs: DvcOutput[];
  /** What is wrong with some of the files; the outputs of the others can be used. */
  problems: Problem[];
};

/** A folder is searched so far. */
const MOST_ENTRIES = 100_000;
const MOST_OUTPUTS = 10_000;

/**
 * The outputs that a `.dvc` file, a `dvc.lock` or `dvc.yaml`, or all those in a folder name.
 * Errors: `datasets/source-not-found`; `dvc/bad-file` with all faults where nothing can be used.
 */
export async function findOutputs(path: string): Promise<FoundOutputs> {
  const { isFolder, ...repository } = await findRepository(path);
  const folder = isFolder ? path : dirname(path);
  const base = toSlashes(relative(repository.root, folder));
  const parsed: ParsedDvc = { outputs: [], problems: [] };
  const files = isFolder ? await dvcFilesBelow(folder) : [await ownFile(path)];
  for (const file of files) {
    const found = await parseAt(file, repository.root, isFolder);
    parsed.outputs.push(...found.outputs);
    parsed.problems.push(...found.problems);
    if (parsed.outputs.length > MOST_OUTPUTS)
      throw new AssayError('dvc/bad-file', `${path} names more than ${MOST_OUTPUTS} outputs`);
  }
  if (parsed.outputs.length > 0) return { repository, base, ...parsed };
  const [first] = parsed.problems;
  throw first === undefined
    ? new AssayError('datasets/source-not-found', `${path} names no output of DVC`, {
        hint: 'Give a .dvc file, a dvc.lock, or a folder with such files in it.',
      })
    : new AssayError('dvc/bad-file', first.message, { problems: parsed.problems });
}

const toSlashes = (path: string): string => path.split(sep).join('/');

/** What stands in `dvc.yaml` was made when it stands in the `dvc.lock` beside it. */
async function ownFile(path: string): Promise<string> {
  if (basename(path) !== 'dvc.yaml') return path;
  const lock = join(dirname(path), 'dvc.lock');
  if ((await stat(lock).catch(() => null))?.isFile() === true) return lock;
  throw new AssayError('datasets/source-not-found', `There is no dvc.lock beside ${path}`, {
    hint: 'Its stages have not been run yet: "dvc repro" runs them.',
  });
}

async function parseAt(path: string, root: string, isOneOfMany: boolean): Promise<ParsedDvc> {
  const file = toSlashes(relative(root, path));
  try {
    const text = await readText(path);
    if (basename(path) !== 'dvc.lock') return parseDvcFile(text, file);
    const pipeline = await readText(join(dirname(path), 'dvc.yaml')).catch(() => null);
    return parseLock(text, file, pipeline);
  } catch (thrown) {
    if (!isOneOfMany || !(thrown instanceof AssayError)) throw thrown;
    return { outputs: [], problems: [{ path: file, message: thrown.message }] };
  }
}

/** Errors: `dvc/bad-file` for what is too long. */
async function readText(path: string): Promise<string> {
  const { size } = await stat(path);
  if (size > MOST_DVC_BYTES)
    throw new AssayError(
      'dvc/bad-file',
      `${path} is longer than ${MOST_DVC_BYTES / 1024 ** 2} MB: no file that DVC wrote`,
    );
  return readFile(path, 'utf8');
}

/** Files of DVC in a folder and below, but for hidden folders and those that DVC keeps as a whole. */
async function dvcFilesBelow(folder: string): Promise<string[]> {
  const found: string[] = [];
  const folders = [folder];
  let seen = 0;
  for (let next = folders.shift(); next !== undefined; next = folders.shift()) {
    const entries = await readdir(next, { withFileTypes: true }).catch(() => []);
    const kept = new Set(
      entries.filter(({ name }) => name.endsWith('.dvc')).map(({ name }) => name.slice(0, -4)),
    );
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      seen += 1;
      if (entry.isDirectory()) {
        const isPassed = entry.name.startsWith('.') || entry.name === 'node_modules' || kept.has(entry.name);
        if (!isPassed) folders.push(join(next, entry.name));
      } else if (/.\.dvc$/.test(entry.name) || entry.name === 'dvc.lock') found.push(join(next, entry.name));
    }
    if (seen > MOST_ENTRIES)
      throw new AssayError('dvc/bad-file', `${folder} holds more than ${MOST_ENTRIES} files and folders`, {
        hint: 'Give the .dvc file or the dvc.lock itself.',
      });
  }
  return found;
}
