import { readdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { AssayError } from '../../errors.ts';
import { checksumsFile } from './export-files.ts';

/**
 * Where an export goes: `<workspace>/exports/<name>` when no path is given, a relative path inside `exports`, an absolute path as it
 * is. The rest of the workspace folder, and what holds it, is out of bounds.
 *
 * Throws request/invalid.
 */
export async function exportTarget(
  workspace: string,
  path: string | undefined,
  name: string,
): Promise<string> {
  const exports = join(resolve(workspace), 'exports');
  const target = path === undefined ? join(exports, name) : resolve(exports, path);
  const isRelative = path !== undefined && !isAbsolute(path);
  if (isRelative && !isWithin(exports, target))
    throw refused(path, 'a relative path must stay inside the folder "exports" of the workspace');
  const real = await realTarget(target);
  const realWorkspace = await realTarget(resolve(workspace));
  if (isWithin(real, realWorkspace) || real === realWorkspace)
    throw refused(path ?? target, 'it holds the workspace itself');
  if (isWithin(realWorkspace, real) && !isWithin(join(realWorkspace, 'exports'), real))
    throw refused(path ?? target, 'inside the workspace, only the folder "exports" takes exports');
  return target;
}

function refused(path: string, why: string): AssayError {
  return new AssayError('request/invalid', `Cannot export to "${path}": ${why}`, {
    problems: [{ path: '/path', message: why }],
  });
}

/** Whether `inner` lies below `outer`. */
function isWithin(outer: string, inner: string): boolean {
  const way = relative(outer, inner);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** The path with the links of its existing part followed. */
async function realTarget(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(await realTarget(parent), basename(path));
  }
}

/** What the file system refused while an export was written to `target`; anything else stays as it is. */
export function exportFailure(thrown: unknown, target: string): unknown {
  if (!(thrown instanceof Error) || thrown instanceof AssayError || !('code' in thrown)) return thrown;
  const code =
    thrown.code === 'ENOSPC' || thrown.code === 'EDQUOT' ? 'artifacts/disk-full' : 'export/not-writable';
  return new AssayError(code, `Cannot write to "${target}": ${thrown.message}`, { cause: thrown });
}

/**
 * Makes sure that an export may be put at `target`: nothing there, an empty folder, or, with `overwrite`, an earlier export that
 * nobody has added files to. Throws export/target-exists.
 */
export async function checkTargetFree(target: string, overwrite: boolean): Promise<void> {
  const there = await stat(target).catch(() => null);
  if (there === null) return;
  if (!there.isDirectory()) throw new AssayError('export/target-exists', `"${target}" is a file`);
  const found = await readdir(target, { recursive: true, withFileTypes: true });
  const files = found
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(target, join(entry.parentPath, entry.name)).replaceAll(sep, '/'));
  if (found.length === 0) return;
  if (!overwrite) throw new AssayError('export/target-exists', `"${target}" is not empty`);
  const known = await exportedFiles(target);
  const others = files.filter((file) => !known.has(file));
  if (others.length > 0)
    throw new AssayError(
      'export/target-exists',
      `"${target}" holds files that no export wrote (${others.slice(0, 5).join(', ')}${others.length > 5 ? ' …' : ''})`,
      { hint: 'Choose another folder, or remove these files yourself.' },
    );
}

async function exportedFiles(target: string): Promise<Set<string>> {
  const text = await readFile(join(target, checksumsFile), 'utf8').catch(() => '');
  const listed = text.split('\n').flatMap((line) => /^[0-9a-f]{64} {2}(.+)$/.exec(line)?.[1] ?? []);
  return new Set(text === '' ? [] : [...listed, checksumsFile]);
}

/**
 * Puts a finished folder at `target` in one step; what was there moves aside first and comes back when that fails. When the very
 * same export is there already (an attempt before a crash got this far), it stays.
 * Throws export/target-exists.
 */
export async function moveIntoPlace(staging: string, target: string, overwrite: boolean): Promise<void> {
  const checksums = (folder: string) => readFile(join(folder, checksumsFile), 'utf8').catch(() => '');
  if ((await checksums(staging)) === (await checksums(target))) {
    await rm(staging, { recursive: true, force: true });
    return;
  }
  await checkTargetFree(target, overwrite);
  const aside = `${staging}.old`;
  const moved = await rename(target, aside).then(
    () => true,
    (error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
      throw error;
    },
  );
  try {
    await rename(staging, target);
  } catch (error) {
    if (moved) await rename(aside, target);
    throw error;
  }
  if (moved) await rm(aside, { recursive: true, force: true });
}
