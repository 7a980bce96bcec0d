import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AssayError } from '../errors.ts';
import type { Clock, Ids } from '../system/index.ts';
import type { ArtifactStore, StoredBlob } from './artifact-store.ts';
import { writeError } from './storage-errors.ts';

/** An upload that nobody has finished is dropped after a day, and in any case when the engine ends. */
const keptMs = 24 * 60 * 60 * 1000;

/** A file that arrives in parts, in any order and several at once, each of which may be sent again. */
export type MultipartUploads = {
  begin(): Promise<string>;
  /** Gives the ETag of the part. Errors: uploads/not-found, artifacts/disk-full, or what the stream threw. */
  putPart(uploadId: string, part: number, bytes: Readable): Promise<string>;
  /**
   * Stores the parts one after the other, by their numbers, as one blob; the upload is over then. Time grows with the bytes.
   * Errors: uploads/not-found; request/invalid with every part that is not there or has another ETag.
   */
  complete(uploadId: string, parts: readonly { part: number; etag: string }[]): Promise<StoredBlob>;
  /** What is not there is over already. */
  abort(uploadId: string): Promise<void>;
};

type Upload = { dir: string; beganMs: number; etags: Map<number, string> };

/** Keeps parts as files in `tmpDir`, which is emptied when a workspace opens. */
export function createMultipartUploads(options: {
  artifacts: Pick<ArtifactStore, 'put'>;
  tmpDir: string;
  clock: Clock;
  ids: Ids;
}): MultipartUploads {
  const { artifacts, tmpDir, clock, ids } = options;
  const uploads = new Map<string, Upload>();

  const require = (uploadId: string): Upload => {
    const upload = uploads.get(uploadId);
    if (upload === undefined) throw new AssayError('uploads/not-found', `There is no upload ${uploadId}.`);
    return upload;
  };
  const drop = async (uploadId: string): Promise<void> => {
    const upload = uploads.get(uploadId);
    uploads.delete(uploadId);
    if (upload !== undefined) await rm(upload.dir, { recursive: true, force: true });
  };

  return {
    async begin() {
      for (const [id, { beganMs }] of uploads) if (clock.nowMs() - beganMs > keptMs) await drop(id);
      const id = ids.id('mpu');
      const dir = join(tmpDir, id);
      await mkdir(dir, { recursive: true });
      uploads.set(id, { dir, beganMs: clock.nowMs(), etags: new Map() });
      return id;
    },

    async putPart(uploadId, part, bytes) {
      const upload = require(uploadId);
      const partial = join(upload.dir, `${part}-${ids.id('part')}`);
      const hash = createHash('sha256');
      const hashing = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          hash.update(chunk);
          done(null, chunk);
        },
      });
      try {
        await pipeline(bytes, hashing, createWriteStream(partial));
        await rename(partial, join(upload.dir, String(part)));
      } catch (thrown) {
        await rm(partial, { force: true });
        throw writeError(thrown);
      }
      const etag = hash.digest('hex');
      upload.etags.set(part, etag);
      return etag;
    },

    async complete(uploadId, parts) {
      const upload = require(uploadId);
      const sorted = parts.toSorted((a, b) => a.part - b.part);
      const problems = sorted
        .filter(({ part, etag }) => upload.etags.get(part) !== etag)
        .map(({ part }) => ({
          path: `parts/${part}`,
          message: 'is not there, or other bytes than the ETag says',
        }));
      if (problems.length > 0) {
        throw new AssayError('request/invalid', 'Some parts of the upload are not as they are said to be.', {
          problems,
        });
      }
      async function* whole(): AsyncGenerator<Buffer> {
        for (const { part } of sorted) yield* createReadStream(join(upload.dir, String(part)));
      }
      const blob = await artifacts.put(Readable.from(whole(), { objectMode: false }));
      await drop(uploadId);
      return blob;
    },

    abort: drop,
  };
}
