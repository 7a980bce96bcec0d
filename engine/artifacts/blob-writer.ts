import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, lstat, open, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Digest, PutOptions, StoredBlob } from './artifact-store.ts';
import { digestOf } from './blob-directory.ts';
import { type BlobEncoding, chooseEncoding, createEncoder, encodeTrailer } from './blob-encoding.ts';
import { freeBytes } from './free-bytes.ts';
import { type PlainBytes, peek } from './plain-bytes.ts';
import { systemCode } from './storage-errors.ts';

/** Makes a file the blob of a digest. `ready` gives its path, with its content on disk, and is called only when it is needed. */
export type Commit = (digest: Digest, encoding: BlobEncoding, ready: () => Promise<string>) => Promise<void>;

/** Bytes handed to the system at once: enough that calls do not count, and not the megabytes with which it becomes slow. */
const blockBytes = 512 * 1024;

/** Appends chunks to a file in blocks: one is written while the next is gathered, and no more than these two are in memory. */
function blockWriter(handle: FileHandle, release: Release) {
  let gathered: Uint8Array[] = [];
  let length = 0;
  let writing: Promise<unknown> = Promise.resolve();

  const startNext = async (): Promise<void> => {
    await writing;
    const block = gathered;
    writing = writeAll(handle, block, length).then(() => block.forEach(release));
    // It is awaited with the next block; until then nobody listens.
    writing.catch(() => undefined);
    gathered = [];
    length = 0;
  };
  return {
    /** Waits, when a block is full, until the one before it is written. */
    add(chunk: Uint8Array): Promise<void> | undefined {
      gathered.push(chunk);
      length += chunk.length;
      return length < blockBytes ? undefined : startNext();
    },
    async end(): Promise<void> {
      if (length > 0) await startNext();
      await writing;
    },
    /** Until nothing is under way any more; for a source that failed. */
    settled: () => writing.catch(() => undefined),
  };
}

async function writeAll(handle: FileHandle, chunks: Uint8Array[], length: number): Promise<void> {
  const { bytesWritten } = await handle.writev(chunks);
  if (bytesWritten < length) await handle.writeFile(Buffer.concat(chunks).subarray(bytesWritten));
}

async function writeBlocks(
  handle: FileHandle,
  chunks: AsyncIterable<Uint8Array>,
  release: Release,
): Promise<void> {
  const blocks = blockWriter(handle, release);
  try {
    for await (const chunk of chunks) {
      const full = blocks.add(chunk);
      if (full !== undefined) await full;
    }
    await blocks.end();
  } finally {
    await blocks.settled();
  }
}

/** Joins small chunks, so that a compressor that works on another thread is not asked for each of them. */
async function* inBlocks(chunks: AsyncIterable<Uint8Array>, release: Release): AsyncGenerator<Uint8Array> {
  let gathered: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    gathered.push(chunk);
    length += chunk.length;
    if (length < blockBytes) continue;
    const block = Buffer.concat(gathered, length);
    gathered.forEach(release);
    yield block;
    gathered = [];
    length = 0;
  }
  if (length > 0) yield Buffer.concat(gathered, length);
}

/** What becomes of a chunk that is written. */
type Release = (chunk: Uint8Array) => void;
const keep: Release = () => undefined;

/** Writes plain bytes in their encoding and hashes them on the way. */
export async function writePlain(
  plain: Pick<PlainBytes, 'chunks'>,
  encoding: BlobEncoding,
  handle: FileHandle,
  { ownsChunks = false }: PutOptions,
): Promise<StoredBlob> {
  const release = ownsChunks ? freeBytes : keep;
  const hash = createHash('sha256');
  let sizeBytes = 0;
  async function* hashed(): AsyncGenerator<Uint8Array> {
    for await (const chunk of plain.chunks) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      yield chunk;
    }
  }
  if (encoding === 'raw') {
    await writeBlocks(handle, hashed(), release);
  } else {
    await pipeline(inBlocks(hashed(), release), createEncoder(), (packed: AsyncIterable<Uint8Array>) =>
      writeBlocks(handle, packed, keep),
    );
    await handle.writeFile(encodeTrailer(sizeBytes));
  }
  return { digest: digestOf(hash), sizeBytes };
}

/** Moves a file in without copying; `pays`: it is worth compressing. Undefined where it must be copied: a link, or on another disk. */
export async function moveIn(
  path: string,
  commit: Commit,
): Promise<(StoredBlob & { pays: boolean }) | undefined> {
  const facts = await lstat(path);
  if (!facts.isFile() || facts.nlink > 1) return undefined;
  const source = createReadStream(path, { highWaterMark: 256 * 1024 });
  try {
    const plain = await peek(source);
    const hash = createHash('sha256');
    let sizeBytes = 0;
    for await (const chunk of plain.chunks) {
      hash.update(chunk);
      sizeBytes += chunk.length;
    }
    const digest = digestOf(hash);
    await commit(digest, 'raw', async () => {
      await syncFile(path);
      return path;
    });
    await rm(path, { force: true });
    return { digest, sizeBytes, pays: chooseEncoding(plain.sample) !== 'raw' };
  } catch (thrown) {
    if (systemCode(thrown) === 'EXDEV') return undefined;
    throw thrown;
  } finally {
    source.destroy();
  }
}

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.datasync();
  } finally {
    await handle.close();
  }
}
