import { constants } from 'node:fs';
import { access, copyFile, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AssayError, messageOf } from '../errors.ts';

/** A file of a snapshot in its place, or on its way there. */
export type SnapshotFile = { digest: string; kind: 'rows' | 'manifest' };

/** The files of all snapshots of a workspace: Parquet files and manifests, named by their digest, never changed. */
export type SnapshotFiles = {
  folder: string;
  /** The Parquet file with this digest. */
  path(digest: string): string;
  manifestPath(digest: string): string;
  has(file: SnapshotFile): Promise<boolean>;
  /** Takes over finished files, in their order; those that are there already are kept. On disk when it returns. */
  take(files: readonly (SnapshotFile & { from: string })[]): Promise<void>;
  remove(file: SnapshotFile): Promise<void>;
  /** The files that are there and older than `graceMs`. */
  list(graceMs: number, nowMs: number): Promise<(SnapshotFile & { sizeBytes: number })[]>;
};

const NAME = /^([0-9a-f]{64})\.(parquet|manifest\.json)$/;

export async function openSnapshotFiles(folder: string): Promise<SnapshotFiles> {
  await mkdir(folder, { recursive: true });
  const path = (digest: string): string => join(folder, `${hexOf(digest)}.parquet`);
  const manifestPath = (digest: string): string => join(folder, `${hexOf(digest)}.manifest.json`);
  const place = ({ digest, kind }: SnapshotFile): string =>
    kind === 'rows' ? path(digest) : manifestPath(digest);
  return {
    folder,
    path,
    manifestPath,
    has: (file) => exists(place(file)),
    async take(files) {
      for (const { from, ...file } of files) {
        const target = place(file);
        if (await exists(target)) {
          // One that was fetched lies in its place already.
          if (from !== target) await rm(from, { force: true });
          continue;
        }
        await moveIntoPlace(from, target).catch((thrown: unknown) => {
          throw storageError(thrown);
        });
      }
      await syncFolder(folder);
    },
    async remove(file) {
      await rm(place(file), { force: true });
    },
    async list(graceMs, nowMs) {
      const found: (SnapshotFile & { sizeBytes: number })[] = [];
      for (const name of await readdir(folder)) {
        const [, hex, ending] = NAME.exec(name) ?? [];
        if (hex === undefined) continue;
        const { size, mtimeMs } = await stat(join(folder, name));
        const kind = ending === 'parquet' ? 'rows' : 'manifest';
        if (nowMs - mtimeMs >= graceMs) found.push({ digest: `sha256:${hex}`, kind, sizeBytes: size });
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
export async function moveIntoPlace(from: string, target: string): Promise<void> {
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
