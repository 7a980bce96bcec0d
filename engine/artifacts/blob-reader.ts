import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { AssayError } from '../errors.ts';
import type { Digest } from './artifact-store.ts';
import { type BlobDirectory, type BlobFile, digestOf } from './blob-directory.ts';
import { freeBytes } from './free-bytes.ts';
import { corrupt, readError } from './storage-errors.ts';

/** Blobs whose check is remembered; an entry takes about 200 bytes. */
const rememberedChecks = 20_000;

/** Passes chunks on and compares the whole with the digest before it lets the last one go. */
export async function* verified(digest: Digest, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let held: Buffer | undefined;
  for await (const chunk of mapReadErrors(digest, chunks)) {
    hash.update(chunk);
    if (held !== undefined) yield held;
    held = chunk;
  }
  if (digestOf(hash) !== digest) throw corrupt(digest);
  if (held !== undefined) yield held;
}

/** Passes chunks on; faults of disk and decompressor come out as `artifacts/not-found` and `artifacts/corrupt`. */
export async function* mapReadErrors(digest: Digest, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* chunks;
  } catch (thrown) {
    throw readError(digest, thrown);
  }
}

/** Chunks as a stream; ending it early closes the file. */
export function byteStream(chunks: AsyncIterable<Buffer>): Readable {
  return Readable.from(chunks, { objectMode: false, highWaterMark: 256 * 1024 });
}

/** Throws `request/invalid` unless both are whole byte offsets in order. */
export function checkRange({ start, end }: { start: number; end?: number }): void {
  const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
  if (isCount(start) && (end === undefined || (isCount(end) && end >= start))) return;
  throw new AssayError('request/invalid', `The byte range ${start}-${end ?? ''} is not valid.`);
}

/** Remembers which files were found sound, so that ranges and repeated puts do not read everything again. */
export function rememberChecks(blobs: BlobDirectory) {
  const sound = new Map<string, string>();
  const remember = (blob: BlobFile): void => {
    sound.delete(blob.path);
    sound.set(blob.path, blob.identity);
    const oldest = sound.keys().next().value;
    if (sound.size > rememberedChecks && oldest !== undefined) sound.delete(oldest);
  };
  const check = async (blob: BlobFile): Promise<boolean> => {
    const hash = createHash('sha256');
    try {
      for await (const chunk of mapReadErrors(blob.digest, blobs.chunks(blob))) {
        hash.update(chunk);
        freeBytes(chunk);
      }
    } catch (thrown) {
      if (thrown instanceof AssayError && thrown.code === 'artifacts/corrupt') return false;
      throw thrown;
    }
    const ok = digestOf(hash) === blob.digest;
    if (ok) remember(blob);
    else sound.delete(blob.path);
    return ok;
  };
  const isSound = async (blob: BlobFile): Promise<boolean> =>
    sound.get(blob.path) === blob.identity || check(blob);
  return { remember, check, isSound };
}
