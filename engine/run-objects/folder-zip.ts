import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ArtifactStore } from '../artifacts/index.ts';
import { streamedZipSize, streamZip } from '../zip/index.ts';
import type { ZipDownload } from './run-objects-service.ts';

export type ZipEntry = { name: string; digest: string; sizeBytes: number };

/** Files as a ZIP archive, streamed. The same files under the same names give the same bytes. */
export function zipOf(name: string, entries: readonly ZipEntry[], artifacts: ArtifactStore): ZipDownload {
  const hash = createHash('sha256');
  for (const entry of entries) hash.update(JSON.stringify([entry.name, entry.digest]));
  const streamed = entries.map((entry) => ({ ...entry, open: () => artifacts.open(entry.digest) }));
  return {
    name,
    sizeBytes: streamedZipSize(entries),
    digest: `sha256:${hash.digest('hex')}`,
    open: () => Readable.from(streamZip(streamed)),
  };
}
