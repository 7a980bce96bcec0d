import type { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, unlink, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream';
import { createZstdDecompress } from 'node:zlib';
import type { Clock } from '../system/index.ts';
import type { Digest } from './artifact-store.ts';
import { type BlobEncoding, decodeTrailer, trailerBytes } from './blob-encoding.ts';
import { systemCode } from './storage-errors.ts';

/** One stored blob. `identity` changes whenever the file is replaced or written to. */
export type BlobFile = {
  digest: Digest;
  path: string;
  encoding: BlobEncoding;
  storedBytes: number;
  modifiedMs: number;
  identity: string;
};

/** A file being written in the staging folder; it becomes a blob by `place`. */
type StagedFile = { path: string; handle: FileHandle };

/**
 * The files of the artifact store: `objects/ab/cdef…` by digest, `.zst` where compressed, and a staging folder on the
 * same disk. Knows about durability and nothing about hashing; another back end (S3) would offer the same functions.
 */
export type BlobDirectory = {
  find(digest: Digest): Promise<BlobFile | undefined>;
  /** Length of the plain bytes; undefined where the file is cut short. */
  sizeOf(blob: BlobFile): Promise<number | undefined>;
  /** The plain bytes, from `start` on for a raw blob. */
  chunks(blob: BlobFile, start?: number, end?: number): AsyncIterable<Buffer>;
  stage(): Promise<StagedFile>;
  discard(staged: StagedFile): Promise<void>;
  /** Makes a file with synced content the blob of this digest, replacing what was there; returns once that is on disk. */
  place(path: string, digest: Digest, encoding: BlobEncoding): Promise<BlobFile>;
  /** Makes the blob count as just put, on disk. */
  renew(blob: BlobFile): Promise<BlobFile>;
  /** False where it is in use by a system that does not remove open files. */
  remove(blob: BlobFile): Promise<boolean>;
  walk(): AsyncIterable<BlobFile>;
};

const chunkBytes = 256 * 1024;
const stagedName = /^put-\d+-\d+$/;
const shardName = /^[0-9a-f]{2}$/;
const blobName = /^([0-9a-f]{62})(\.zst)?$/;
const digestForm = /^sha256:([0-9a-f]{2})([0-9a-f]{62})$/;
const extensions: Record<BlobEncoding, string> = { raw: '', zstd: '.zst' };

/** `sha256:` and the digits of a finished hash. */
export function digestOf(hash: ReturnType<typeof createHash>): Digest {
  return `sha256:${hash.digest('hex')}`;
}

/** Opens (and makes) the folders, and removes what a crash left in the staging folder. */
export async function openBlobDirectory(options: {
  dir: string;
  tmpDir: string;
  clock: Clock;
}): Promise<BlobDirectory> {
  const objects = join(options.dir, 'objects');
  await mkdir(objects, { recursive: true });
  await mkdir(options.tmpDir, { recursive: true });
  for (const name of await readdir(options.tmpDir)) {
    if (stagedName.test(name)) await rm(join(options.tmpDir, name), { force: true });
  }
  let staged = 0;
  // Folders whose entries are known to be on disk: all entries older than the first sync of this process.
  const synced = new Set<string>();

  const pathOf = (digest: Digest, encoding: BlobEncoding): string | undefined => {
    const [, shard, rest] = digestForm.exec(digest) ?? [];
    return shard === undefined ? undefined : join(objects, shard, `${rest}${extensions[encoding]}`);
  };

  const find = async (digest: Digest): Promise<BlobFile | undefined> => {
    for (const encoding of ['raw', 'zstd'] as const) {
      const path = pathOf(digest, encoding);
      const blob = path === undefined ? undefined : await describe(path, digest, encoding);
      if (blob !== undefined) return blob;
    }
    return undefined;
  };

  const touch = (path: string): Promise<void> => {
    const seconds = options.clock.nowMs() / 1000;
    return utimes(path, seconds, seconds);
  };

  const renameInto = async (path: string, target: string): Promise<void> => {
    try {
      await rename(path, target);
    } catch (thrown) {
      if (systemCode(thrown) !== 'ENOENT') throw thrown;
      await mkdir(dirname(target), { recursive: true });
      await syncFolder(objects);
      await rename(path, target);
    }
  };

  return {
    find,
    async sizeOf(blob) {
      return blob.encoding === 'raw' ? blob.storedBytes : plainLength(blob);
    },
    chunks: (blob, start, end) => readChunks(blob, start, end),
    async stage() {
      const path = join(options.tmpDir, `put-${process.pid}-${staged++}`);
      return { path, handle: await open(path, 'wx') };
    },
    async discard(file) {
      await file.handle.close();
      await rm(file.path, { force: true });
    },
    async place(path, digest, encoding) {
      const target = pathOf(digest, encoding);
      if (target === undefined) throw new Error(`not a digest: ${digest}`);
      await touch(path);
      await renameInto(path, target);
      await syncFolder(dirname(target));
      synced.add(dirname(target));
      const placed = await describe(target, digest, encoding);
      if (placed === undefined) throw new Error(`${target} vanished while it was stored`);
      return placed;
    },
    async renew(blob) {
      await touch(blob.path);
      // Its name may come from a process that was killed before it could sync the folder.
      if (!synced.has(dirname(blob.path))) {
        await syncFolder(dirname(blob.path));
        synced.add(dirname(blob.path));
      }
      return (await describe(blob.path, blob.digest, blob.encoding)) ?? blob;
    },
    async remove(blob) {
      try {
        await unlink(blob.path);
        return true;
      } catch (thrown) {
        const code = systemCode(thrown);
        if (code === 'ENOENT' || code === 'EBUSY' || code === 'EPERM') return false;
        throw thrown;
      }
    },
    walk: () => walkBlobs(objects),
  };
}

async function describe(path: string, digest: Digest, encoding: BlobEncoding): Promise<BlobFile | undefined> {
  try {
    const { size, mtimeMs, ino } = await stat(path);
    const identity = `${ino}:${size}:${mtimeMs}`;
    return { digest, path, encoding, storedBytes: size, modifiedMs: mtimeMs, identity };
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return undefined;
    throw thrown;
  }
}

async function plainLength(blob: BlobFile): Promise<number | undefined> {
  if (blob.storedBytes < trailerBytes) return undefined;
  const handle = await open(blob.path, 'r');
  try {
    const trailer = Buffer.alloc(trailerBytes);
    const { bytesRead } = await handle.read(trailer, 0, trailerBytes, blob.storedBytes - trailerBytes);
    return bytesRead === trailerBytes ? decodeTrailer(trailer) : undefined;
  } finally {
    await handle.close();
  }
}

async function* readChunks(blob: BlobFile, start = 0, end?: number): AsyncGenerator<Buffer> {
  const last = blob.storedBytes - 1;
  if (last < 0 || (blob.encoding === 'raw' && start > last)) return;
  // Told where the file ends, the stream makes no buffer larger than what is left.
  const options = { highWaterMark: chunkBytes, end: last };
  if (blob.encoding === 'raw') {
    const handle = await openOrGone(blob.path);
    if (handle !== null) {
      yield* handle.createReadStream({ ...options, start, end: Math.min(end ?? last, last) });
      return;
    }
    const packed = await describe(`${blob.path}${extensions.zstd}`, blob.digest, 'zstd');
    if (packed === undefined) throw gone(blob.path);
    yield* readChunks(packed, start, end);
    return;
  }
  const plain = createZstdDecompress({ chunkSize: chunkBytes });
  // Faults of either stream reach the reader through `plain`.
  pipeline(createReadStream(blob.path, options), plain, () => {});
  yield* sliced(plain, start, end ?? Number.POSITIVE_INFINITY);
}

/** null: it was compressed, or removed, since it was found. */
async function openOrGone(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r');
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return null;
    throw thrown;
  }
}

function gone(path: string): Error {
  return Object.assign(new Error(`no such file: ${path}`), { code: 'ENOENT' });
}

async function* sliced(chunks: AsyncIterable<Buffer>, start: number, end: number): AsyncGenerator<Buffer> {
  let offset = 0;
  for await (const chunk of chunks) {
    const slice = chunk.subarray(Math.max(0, start - offset), Math.max(0, end + 1 - offset));
    offset += chunk.length;
    if (slice.length > 0) yield slice;
    if (offset > end) return;
  }
}

async function* walkBlobs(objects: string): AsyncGenerator<BlobFile> {
  for (const shard of (await readdir(objects)).filter((name) => shardName.test(name)).sort()) {
    for (const name of (await readdir(join(objects, shard))).sort()) {
      const [, rest, extension] = blobName.exec(name) ?? [];
      if (rest === undefined) continue;
      const encoding = extension === undefined ? 'raw' : 'zstd';
      const blob = await describe(join(objects, shard, name), `sha256:${shard}${rest}`, encoding);
      if (blob !== undefined) yield blob;
    }
  }
}

/** Makes renames and new names in a folder survive a power cut. */
async function syncFolder(path: string): Promise<void> {
  // Windows has no such call: NTFS journals names by itself.
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
