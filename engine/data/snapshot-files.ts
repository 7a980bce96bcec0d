import { constants } from 'node:fs';
import { access, copyFile, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AssayError, messageOf } from '../errors.ts';

/** The snapshots of a workspace: one file a digest, never changed. */
export type SnapshotFiles = {
  folder: string;
  path(digest: string): string;
  /** Takes over a finished file; a file that is there already is kept. On disk when it returns. */
  take(from: string, digest: string): Promise<void>;
  remove(digest: string): Promise<void>;
  /** Digests of the files that are there and older than `graceMs`. */
  list(graceMs: number, nowMs: number): Promise<{ digest: string; sizeBytes: number }[]>;
};

const NAME = /^([0-9a-f]{64})\.parquet$/;

export async function openSnapshotFiles(folder: string): Promise<SnapshotFiles> {
  await mkdir(folder, { recursive: true });
  const pathOf = (digest: string): string => join(folder, `${hexOf(digest)}.parquet`);
  return {
    folder,
    path: pathOf,
    async take(from, digest) {
      const target = pathOf(digest);
      if (await exists(target)) {
        await rm(from, { force: true });
        return;
      }
      await moveIntoPlace(from, target).catch((thrown: unknown) => {
        throw storageError(thrown);
      });
      await syncFolder(folder);
    },
    async remove(digest) {
      await rm(pathOf(digest), { force: true });
    },
    async list(graceMs, nowMs) {
      const found: { digest: string; sizeBytes: number }[] = [];
      for (const name of await readdir(folder)) {
        const hex = NAME.exec(name)?.[1];
        if (hex === undefined) continue;
        const { size, mtimeMs } = await stat(join(folder, name));
        if (nowMs - mtimeMs >= graceMs) found.push({ digest: `sha256:${hex}`, sizeBytes: size });
      }
      return found;
    },
  };
}

function hexOf(digest: string): string {
  const hex = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1];
  if (hex === undefined) throw new AssayError('internal', `"${digest}" is no digest`);
  return hex;
}

async function exists(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}

/** A rename where both lie on one disk; else a copy beside the target first, so that nobody sees half a file. */
async function moveIntoPlace(from: string, target: string): Promise<void> {
  try {
    await rename(from, target);
  } catch (thrown) {
    if (!(thrown instanceof Error) || !('code' in thrown) || thrown.code !== 'EXDEV') throw thrown;
    const part = `${target}.part`;
    await copyFile(from, part);
    await syncFile(part);
    await rename(part, target);
    await rm(from, { force: true });
  }
}

export async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a rename last through a power cut. Windows has no such call and needs none. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** What a failed write means to a person. */
export function storageError(thrown: unknown): unknown {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new AssayError('artifacts/disk-full', 'There is no space left on the disk', { cause: thrown });
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new AssayError('workspace/not-writable', messageOf(thrown), { cause: thrown });
  }
  return thrown;
}
