import { randomUUID } from 'node:crypto';
import { constants, copyFile, link, mkdir, open, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

type Placing = {
  /** Permissions of the file; as the copy has them when left out. */
  mode?: number;
  /** How it gets there: the first way that works. A copy always does. */
  linkTypes?: readonly string[];
};

/**
 * Puts a file in place under another name: nobody sees half of it, and what was there stays when it fails. Folders on
 * the way are made. Errors: those of the file system.
 */
export async function placeInto(
  path: string,
  from: string,
  { mode, linkTypes = ['reflink'] }: Placing = {},
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const part = join(dirname(path), `.${basename(path)}.${randomUUID().slice(0, 8)}.part`);
  try {
    for (const type of [...linkTypes, 'copy']) if (await bring(type, from, part)) break;
    if (!linkTypes.includes('symlink') && mode !== undefined) await sealed(part, mode);
    await rename(part, path);
  } finally {
    await rm(part, { force: true });
  }
}

async function bring(type: string, from: string, part: string): Promise<boolean> {
  try {
    if (type === 'hardlink') await link(from, part);
    else if (type === 'symlink') await symlink(from, part);
    else if (type === 'reflink') await copyFile(from, part, constants.COPYFILE_FICLONE);
    else if (type === 'copy') await copyFile(from, part);
    else return false;
    return true;
  } catch (thrown) {
    if (type === 'copy' || type === 'reflink') throw thrown;
    return false;
  }
}

/** On the disk, with these permissions. */
async function sealed(path: string, mode: number): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
    await file.chmod(mode);
  } finally {
    await file.close();
  }
}
