import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { type FileHandle, mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../system/index.ts';
import type { ArtifactStore, Digest, PutOptions, StoredBlob } from './artifact-store.ts';
import { type BlobFile, digestOf, openBlobDirectory } from './blob-directory.ts';
import { chooseEncoding, encodeSmall } from './blob-encoding.ts';
import { byteStream, checkRange, mapReadErrors, rememberChecks, verified } from './blob-reader.ts';
import { type Commit, moveIn, writePlain } from './blob-writer.ts';
import { keyedLock } from './keyed-lock.ts';
import { packLater } from './pack-later.ts';
import { peek, plainChunks } from './plain-bytes.ts';
import { corrupt, notFound, writeError } from './storage-errors.ts';
import { storedUsage } from './stored-usage.ts';

const defaultGraceMs = 60 * 60 * 1000;

/**
 * The artifact store of a workspace, in a local folder: see `ArtifactStore`.
 * `tmpDir` must be on the same disk as `dir`; what a crash left there is removed. One process may have it open.
 * Puts and reads take time in proportion to their bytes and a fixed amount of memory (about 1 MB each).
 */
export async function createLocalArtifactStore(options: {
  dir: string;
  tmpDir: string;
  clock: Clock;
}): Promise<ArtifactStore> {
  const blobs = await openBlobDirectory(options);
  const usage = storedUsage(() => blobs.walk());
  const locks = keyedLock();
  const checks = rememberChecks(blobs);
  const roots: (() => AsyncIterable<Digest>)[] = [];

  const require = async (digest: Digest): Promise<BlobFile> => {
    const blob = await blobs.find(digest);
    if (blob === undefined) throw notFound(digest);
    return blob;
  };

  /** Takes a written file in as a blob, unless the same bytes are there already and sound. */
  const commit: Commit = (digest, encoding, ready) =>
    locks.run(digest, async () => {
      const existing = await blobs.find(digest);
      if (existing !== undefined && (await checks.isSound(existing))) {
        checks.remember(await blobs.renew(existing));
        return;
      }
      const placed = await blobs.place(await ready(), digest, encoding);
      checks.remember(placed);
      if (existing !== undefined) {
        usage.removed(existing);
        if (existing.path !== placed.path) await blobs.remove(existing);
      }
      usage.added(placed);
    });

  /** Writes a file, and sees to it that nothing of it stays behind unless it was made a blob. */
  const staging = async <T>(
    work: (staged: { path: string; handle: FileHandle }) => Promise<T>,
  ): Promise<T> => {
    const staged = await blobs.stage();
    try {
      return await work(staged);
    } finally {
      await blobs.discard(staged);
    }
  };

  /** Bytes that are all in memory: what is there already is not written again. */
  const putSmall = async (plain: Uint8Array): Promise<StoredBlob> => {
    const digest = digestOf(createHash('sha256').update(plain));
    const { encoding, parts } = encodeSmall(plain);
    await staging(({ path, handle }) =>
      commit(digest, encoding, async () => {
        await handle.writev(parts);
        await handle.datasync();
        return path;
      }),
    );
    return { digest, sizeBytes: plain.length };
  };

  const put = async (source: Readable | Uint8Array, options: PutOptions = {}): Promise<StoredBlob> => {
    const plain = await peek(plainChunks(source));
    if (plain.isWhole) return putSmall(plain.sample);
    const blob = await staging(async ({ path, handle }) => {
      const written = await writePlain(plain, 'raw', handle, options);
      await commit(written.digest, 'raw', async () => {
        await handle.datasync();
        return path;
      });
      return written;
    });
    if (chooseEncoding(plain.sample) !== 'raw') packing.add(blob.digest);
    return blob;
  };

  /** Puts the compressed file in the place of the plain one; those who read that go on with it. */
  const pack = async (digest: Digest, signal: AbortSignal): Promise<void> => {
    const plain = await blobs.find(digest);
    if (plain?.encoding !== 'raw') return;
    await staging(async ({ path, handle }) => {
      const chunks = whileWanted(blobs.chunks(plain), signal);
      const written = await writePlain({ chunks }, 'zstd', handle, { ownsChunks: true });
      await handle.datasync();
      if (written.digest !== digest) return;
      await locks.run(digest, async () => {
        // A put of the same bytes may have renewed it, or garbage collection taken it.
        if ((await blobs.find(digest))?.identity !== plain.identity) return;
        const packed = await blobs.place(path, digest, 'zstd');
        checks.remember(packed);
        usage.added(packed);
        if (await blobs.remove(plain)) usage.removed(plain);
      });
    });
  };
  const packing = packLater({ pack });
  const asPut = async <T>(work: () => Promise<T>): Promise<T> => {
    const ended = packing.putBegins();
    try {
      return await work();
    } catch (thrown) {
      throw writeError(thrown);
    } finally {
      ended();
    }
  };

  const openPlain = async (digest: Digest, range?: { start: number; end?: number }): Promise<Readable> => {
    const blob = await require(digest);
    if (range === undefined) return byteStream(verified(digest, blobs.chunks(blob)));
    checkRange(range);
    // Part of a blob cannot be checked against its digest: the whole is, once per file and process.
    if (!(await checks.isSound(blob))) throw corrupt(digest);
    return byteStream(mapReadErrors(digest, blobs.chunks(blob, range.start, range.end)));
  };

  return {
    put: (source, options) => asPut(() => put(source, options)),

    putFile: (path) =>
      asPut(async () => {
        const moved = await moveIn(path, commit);
        if (moved !== undefined) {
          const { pays, ...stored } = moved;
          if (pays) packing.add(stored.digest);
          return stored;
        }
        const source = createReadStream(path);
        const stored = await put(source, { ownsChunks: true }).finally(() => source.destroy());
        await rm(path);
        return stored;
      }),

    has: async (digest) => (await blobs.find(digest)) !== undefined,

    async stat(digest) {
      const blob = await require(digest);
      const sizeBytes = await blobs.sizeOf(blob);
      if (sizeBytes === undefined) throw corrupt(digest);
      return { sizeBytes, storedBytes: blob.storedBytes };
    },

    open: openPlain,

    async read(digest) {
      const parts: Buffer[] = [];
      for await (const chunk of verified(digest, blobs.chunks(await require(digest)))) parts.push(chunk);
      return Buffer.concat(parts);
    },

    async copyTo(digest, path) {
      const plain = await openPlain(digest);
      const partial = `${path}.part`;
      try {
        await mkdir(dirname(path), { recursive: true });
        await pipeline(plain, createWriteStream(partial));
        await rename(partial, path);
      } catch (thrown) {
        plain.destroy();
        await rm(partial, { force: true });
        throw writeError(thrown);
      }
    },

    addRoots(source) {
      roots.push(source);
    },

    async collectGarbage({ graceMs = defaultGraceMs, dryRun = false } = {}) {
      const kept = new Set<Digest>();
      for (const source of roots) for await (const digest of source()) kept.add(digest);
      const isGarbage = (blob: BlobFile): boolean =>
        !kept.has(blob.digest) && options.clock.nowMs() - blob.modifiedMs >= graceMs;
      let removed = 0;
      let freedBytes = 0;
      // Without roots nobody has said what is needed.
      if (roots.length === 0) return { removed, freedBytes };
      for await (const candidate of blobs.walk()) {
        if (!isGarbage(candidate)) continue;
        await locks.run(candidate.digest, async () => {
          // A put of the same bytes may have renewed it since it was listed.
          const blob = await blobs.find(candidate.digest);
          if (blob === undefined || !isGarbage(blob)) return;
          if (!dryRun && !(await blobs.remove(blob))) return;
          if (!dryRun) usage.removed(blob);
          removed += 1;
          freedBytes += blob.storedBytes;
        });
      }
      return { removed, freedBytes };
    },

    usage: () => usage.current(),

    async *verify() {
      for await (const blob of blobs.walk()) yield { digest: blob.digest, ok: await checks.check(blob) };
    },

    pack: () => packing.settled(),
    close: () => packing.close(),
  };
}

async function* whileWanted(
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    signal.throwIfAborted();
    yield chunk;
  }
}
