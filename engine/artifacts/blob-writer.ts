import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, lstat, open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Digest, StoredBlob } from './artifact-store.ts';
import { digestOf } from './blob-directory.ts';
import { type BlobEncoding, chooseEncoding, createEncoder, encodeTrailer } from './blob-encoding.ts';
import { type PlainBytes, peek } from './plain-bytes.ts';
import { systemCode } from './storage-errors.ts';

/** Makes a written file the blob of a digest; `sync` puts its content on disk and is called only when it is needed. */
export type Commit = (
  digest: Digest,
  path: string,
  encoding: BlobEncoding,
  sync: () => Promise<void>,
) => Promise<void>;

/** Writes plain bytes in their encoding and hashes them on the way. */
export async function writePlain(
  plain: PlainBytes,
  encoding: BlobEncoding,
  handle: FileHandle,
): Promise<StoredBlob> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  async function* hashed(): AsyncGenerator<Uint8Array> {
    for await (const chunk of plain.chunks) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      yield chunk;
    }
  }
  const write = async (chunks: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const chunk of chunks) await handle.writeFile(chunk);
  };
  if (encoding === 'raw') {
    await write(hashed());
  } else {
    await pipeline(hashed, createEncoder(), write);
    await handle.writeFile(encodeTrailer(sizeBytes));
  }
  return { digest: digestOf(hash), sizeBytes };
}

/** Moves a file in without copying. Undefined where it must be copied: compressible, a link, or on another disk. */
export async function moveIn(path: string, commit: Commit): Promise<StoredBlob | undefined> {
  const facts = await lstat(path);
  if (!facts.isFile() || facts.nlink > 1) return undefined;
  const source = createReadStream(path, { highWaterMark: 256 * 1024 });
  try {
    const plain = await peek(source);
    if (chooseEncoding(plain.sample) !== 'raw') return undefined;
    const hash = createHash('sha256');
    let sizeBytes = 0;
    for await (const chunk of plain.chunks) {
      hash.update(chunk);
      sizeBytes += chunk.length;
    }
    const digest = digestOf(hash);
    await commit(digest, path, 'raw', () => syncFile(path));
    return { digest, sizeBytes };
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
