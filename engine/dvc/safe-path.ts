import { posix } from 'node:path';

/** Why a path with slashes may not be taken as one below a folder; null when it may. */
export function pathFault(path: string): string | null {
  if (path === '') return 'is empty';
  if (path.includes('\0')) return 'has a zero character in it';
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path) || path.includes('\\'))
    return 'is no path with slashes below it';
  const parts = path.split('/');
  if (parts.includes('..')) return 'leads out of it';
  return parts.some((part) => part === '' || part === '.') ? 'has empty parts' : null;
}

/** A path from some folder of a repository as one from its root; null when it leads out. */
export function fromRoot(folder: string, path: string): string | null {
  const joined = posix.normalize(posix.join(folder === '' ? '.' : folder, path)).replace(/\/$/, '');
  return pathFault(joined) === null && joined !== '.' ? joined : null;
}
