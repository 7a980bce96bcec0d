import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Upload } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import type { Store } from '../store/index.ts';
import type { Clock, Ids } from '../system/index.ts';
import { storageError, syncFile, syncFolder } from './snapshot-files.ts';

/** Files that were sent, until they are imported. */
export type Uploads = {
  receive(name: string, bytes: Readable): Promise<Upload>;
  /** Errors: `uploads/not-found` when it is unknown or older than a day. */
  find(uploadId: string): Promise<{ path: string; name: string }>;
  removeOld(): Promise<void>;
};

const KEPT_MS = 24 * 3600 * 1000;

export async function openUploads(store: Store, clock: Clock, ids: Ids, folder: string): Promise<Uploads> {
  await mkdir(folder, { recursive: true });
  const notFound = (uploadId: string) =>
    new AssayError('uploads/not-found', `There is no upload ${uploadId}`);

  const removeOld = async (): Promise<void> => {
    const oldest = clock.nowMs() - KEPT_MS;
    await store.db.deleteFrom('uploads').where('created_at_ms', '<', oldest).execute();
    const known = new Set((await store.db.selectFrom('uploads').select('id').execute()).map((row) => row.id));
    for (const name of await readdir(folder)) {
      if (known.has(name)) continue;
      const path = join(folder, name);
      const found = await stat(path).catch(() => null);
      // A file without a row may be on its way in; an old one was cut off.
      if (found !== null && found.mtimeMs < oldest) await rm(path, { force: true });
    }
  };

  return {
    async receive(name, bytes) {
      await removeOld();
      const id = ids.id('upl');
      const path = join(folder, id);
      const part = `${path}.part`;
      const hash = createHash('sha256');
      let sizeBytes = 0;
      const measure = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          hash.update(chunk);
          sizeBytes += chunk.length;
          done(null, chunk);
        },
      });
      try {
        await pipeline(bytes, measure, createWriteStream(part));
        await syncFile(part);
        await rename(part, path);
        await syncFolder(folder);
      } catch (thrown) {
        await rm(part, { force: true });
        throw storageError(thrown);
      }
      const digest = `sha256:${hash.digest('hex')}`;
      await store.db
        .insertInto('uploads')
        .values({ id, name, digest, size_bytes: sizeBytes, created_at_ms: clock.nowMs() })
        .execute();
      return { uploadId: id, name, sizeBytes, digest };
    },

    async find(uploadId) {
      const row = await store.db
        .selectFrom('uploads')
        .selectAll()
        .where('id', '=', uploadId)
        .executeTakeFirst();
      if (row === undefined || row.created_at_ms < clock.nowMs() - KEPT_MS) throw notFound(uploadId);
      const path = join(folder, row.id);
      if ((await stat(path).catch(() => null)) === null) throw notFound(uploadId);
      return { path, name: row.name };
    },

    removeOld,
  };
}
