import { readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { AssayError } from '../errors.ts';
import { keysOf } from './content.ts';
import { type DvcConfig, loadDvcConfig } from './dvc-config.ts';
import { isKeptByGit } from './git-index.ts';
import { md5OfFile } from './md5-of-file.ts';
import { type DvcOutput, parseDvcFile, parseLock } from './parse-dvc.ts';
import { findRepository } from './repository.ts';

/** Where a file that DVC keeps goes to. */
export type ExportPlace = {
  root: string;
  config: DvcConfig;
  /** The file itself. */
  path: string;
  /** From the root, with slashes. */
  name: string;
  dvcFile: string;
  /** What stands in the `.dvc` file now; null when there is none. */
  known: { text: string; output: DvcOutput } | null;
};

type Place = Pick<ExportPlace, 'root' | 'path' | 'name' | 'dvcFile' | 'config'>;

/**
 * A place for a file in a repository, by its name alone.
 *
 * @param folder in the repository, absolute
 * @param out from that folder
 * Errors: `datasets/source-not-found`, `dvc/not-a-repository`, `dvc/would-overwrite` for a folder, `request/invalid` for places
 * out of the repository.
 */
export async function namedPlace(folder: string, out: string): Promise<Place> {
  const { root, dvcDir, isFolder } = await findRepository(folder);
  if (dvcDir === null || !isFolder)
    throw new AssayError('dvc/not-a-repository', `${folder} lies in no repository of DVC`);
  const path = resolve(folder, out);
  const name = relative(root, path).split(sep).join('/');
  await refusePlaces(root, path, name);
  return { root, path, name, dvcFile: `${path}.dvc`, config: await loadDvcConfig(dvcDir) };
}

/**
 * The same, and whether something else of DVC or git keeps it. Reads files of DVC on the way: for job processes.
 * Errors: those of `namedPlace`, `dvc/would-overwrite`, `dvc/bad-file`.
 */
export async function exportPlace(folder: string, out: string): Promise<ExportPlace> {
  const place = await namedPlace(folder, out);
  await refuseOthers(place);
  return { ...place, known: await knownAt(place) };
}

async function refusePlaces(root: string, path: string, name: string): Promise<void> {
  const parts = name.split('/');
  const isOwn =
    parts.some((part) => part === '.dvc' || part === '.git') ||
    /(\.dvc|^dvc\.(yaml|lock)|^\.(dvc|git)ignore)$/.test(basename(path));
  const isOut = name === '' || parts[0] === '..' || !(await isBelow(root, path));
  if (!isOut && !isOwn) {
    if ((await stat(path).catch(() => null))?.isDirectory() !== true) return;
    throw new AssayError('dvc/would-overwrite', `${path} is a folder`, {
      hint: 'Give the file with its name.',
    });
  }
  const message = isOut
    ? `${path} does not lie in the repository ${root}`
    : `${name} is a place of DVC or git itself`;
  throw new AssayError('request/invalid', message, {
    problems: [{ path: '/out', message, expected: 'a file in the repository, such as data/flights.parquet' }],
  });
}

/** Links on the way count as where they lead. */
async function isBelow(root: string, path: string): Promise<boolean> {
  const home = await realpath(root);
  for (let at = dirname(path); ; at = dirname(at)) {
    const real = await realpath(at).catch(() => null);
    if (real !== null) return real === home || real.startsWith(home + sep);
    if (at === dirname(at)) return false;
  }
}

/** Folders that DVC keeps as a whole, outputs of pipelines, and files that git keeps. */
async function refuseOthers({ root, path, name }: Place): Promise<void> {
  if (await isKeptByGit(path))
    throw new AssayError('dvc/would-overwrite', `${name} is kept by git`, {
      hint: `DVC keeps no files that git keeps: git rm --cached ${name}`,
    });
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const at = relative(root, folder).split(sep).join('/');
    if (folder !== root && (await textOf(`${folder}.dvc`)) !== null)
      throw new AssayError('dvc/would-overwrite', `${name} lies in ${at}, which DVC keeps as a whole`);
    const lock = await textOf(join(folder, 'dvc.lock'));
    const file = at === '' ? 'dvc.lock' : `${at}/dvc.lock`;
    const { outputs } =
      lock === null ? { outputs: [] } : parseLock(lock, file, await textOf(join(folder, 'dvc.yaml')));
    const other = outputs.find((output) => name === output.path || name.startsWith(`${output.path}/`));
    if (other !== undefined)
      throw new AssayError('dvc/would-overwrite', `${name} is made by the stage "${other.stage}" of ${file}`);
    if (folder === root || folder === dirname(folder)) return;
  }
}

async function knownAt({ root, dvcFile, path, name }: Place): Promise<ExportPlace['known']> {
  const text = await textOf(dvcFile);
  if (text === null) return null;
  const file = relative(root, dvcFile).split(sep).join('/');
  const { outputs, problems } = parseDvcFile(text, file);
  const [first] = problems;
  if (first !== undefined) throw new AssayError('dvc/bad-file', first.message, { problems });
  const [output] = outputs;
  const refused = (why: string) =>
    new AssayError('dvc/would-overwrite', `${file} ${why}`, { hint: 'Choose another name for the file.' });
  if (output === undefined || outputs.length > 1 || output.path !== name)
    throw refused(`names something else than ${basename(path)}`);
  if (output.importedFrom !== null)
    throw refused(`follows ${output.importedFrom}, from which it was imported`);
  if (output.content.isDir) throw refused('keeps a folder');
  return { text, output };
}

/** Null when there is none. */
export async function textOf(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'EISDIR') return null;
    throw error;
  });
}

/**
 * What would be lost if the file were replaced by one with this MD5: changes since DVC took it, or a file that DVC never
 * took. Null when nothing would.
 */
export async function lossAt(
  { path, name, known, config }: ExportPlace,
  md5: string,
): Promise<string | null> {
  const found = await stat(path).catch(() => null);
  if (found === null) return null;
  const there = await md5OfFile(path, { isLegacy: known?.output.content.isLegacy === true });
  if (there.md5 === md5) return null;
  if (known === null) return `${name} is there, and DVC does not keep it`;
  const { content } = known.output;
  if (there.md5 !== content.md5 && there.legacyMd5 !== content.md5)
    return `${name} has changed since DVC took it (MD5 ${there.md5} instead of ${content.md5})`;
  for (const key of keysOf(content))
    if ((await stat(join(config.cacheDir, ...key.split('/'))).catch(() => null)) !== null) return null;
  return `${name} is the only copy: the cache does not have it`;
}
