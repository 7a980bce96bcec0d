import { readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { gitOf } from './repository.ts';

const LENGTH_BITS = 0xfff;

/**
 * Whether git keeps a file, as its index says: its name stands there after its length (gitformat-index, versions 2 and 3). False
 * where that cannot be told.
 */
export async function isKeptByGit(path: string): Promise<boolean> {
  const git = await gitOf(path);
  if (git === null) return false;
  const index = await readFile(join(git.dir, 'index')).catch(() => null);
  if (index === null || index.length < 12 || index.readUInt32BE(4) > 3) return false;
  const name = Buffer.from(`${relative(git.root, path).split(sep).join('/')}\0`, 'utf8');
  const length = Math.min(name.length - 1, LENGTH_BITS);
  for (let at = index.indexOf(name); at >= 4; at = index.indexOf(name, at + 1)) {
    const flags = [index.readUInt16BE(at - 2), index.readUInt16BE(at - 4)];
    if (flags.some((bits) => (bits & LENGTH_BITS) === length)) return true;
  }
  return false;
}
