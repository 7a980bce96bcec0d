import { randomUUID } from 'node:crypto';
import { chmod, constants, copyFile, link, mkdir, open, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

type Placing = {
  /** Permissions of a copy. A link has those of what it leads to. */
  mode: number;
  /** How it gets there, as DVC calls it: the first way that works. A copy always does. */
  linkTypes?: readonly string[];
};

/**
 * Puts a file in place under another name: nobody sees half of it, and what was there stays when it fails. Folders on
 * the way are made. Errors: those of the file system.
 */
export async function placeInto(
  path: string,
  from: string,
  { mode, linkTypes = [] }: Placing,
): Promise<void> {
  await intoPlace(path, async (part) => {
    for (const type of linkTypes) if (await isLinked(type, from, part)) return;
    // Where the file system can, both share their blocks.
    await copyFile(from, part, constants.COPYFILE_FICLONE);
    await settle(part, mode);
  });
}

/** The same of a text. */
export async function writeInto(path: string, text: string): Promise<void> {
  await intoPlace(path, async (part) => {
    const file = await open(part, 'wx');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
  });
}

async function intoPlace(path: string, make: (part: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const part = join(dirname(path), `.${basename(path)}.${randomUUID().slice(0, 8)}.part`);
  try {
    await make(part);
    await rename(part, path);
  } finally {
    await rm(part, { force: true });
  }
}

async function isLinked(type: string, from: string, part: string): Promise<boolean> {
  try {
    if (type === 'hardlink') await link(from, part);
    else if (type === 'symlink') await symlink(from, part);
    else return false;
    return true;
  } catch {
    return false;
  }
}

/** On the disk, with these permissions: a copy has those of its original, which may be for reading alone. */
async function settle(path: string, mode: number): Promise<void> {
  await chmod(path, 0o600);
  const file = await open(path, 'r+');
  try {
    await file.sync();
    await file.chmod(mode);
  } finally {
    await file.close();
  }
}
