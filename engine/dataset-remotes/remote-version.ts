import { z } from 'zod';
import {
  Column,
  DatasetProfile,
  Digest,
  ReadOptions,
  Tags,
  VersionSource,
} from '../../local-api/contract/index.ts';
import { Manifest } from '../data/index.ts';
import { AssayError } from '../errors.ts';
import type { DatasetStore } from './dataset-store.ts';

/** What names a version at a target. It is written last: a version that has one is whole. */
export const RemoteVersion = z.object({
  format: z.literal('assay-dataset-version/1'),
  dataset: z.string(),
  version: z.int(),
  digest: Digest,
  rows: z.int(),
  sizeBytes: z.int(),
  columns: z.array(Column),
  source: VersionSource,
  sourceName: z.string(),
  options: ReadOptions,
  badRows: z.int(),
  note: z.string(),
  tags: Tags,
  aliases: z.array(z.string()),
  profile: DatasetProfile,
  files: z.array(z.object({ digest: Digest, rows: z.int(), sizeBytes: z.int() })).min(1),
  /** Text of the manifest of a version in several files. */
  manifest: z.string().nullable(),
});
export type RemoteVersion = z.infer<typeof RemoteVersion>;

const mostBytes = 256 * 1024 ** 2;

/** Where things lie: files by their digest, shared by all versions of all datasets; documents by dataset, number and digest. */
export const keys = {
  file: (digest: string) => `datasets/files/${digest.slice(7, 9)}/${digest.slice(7)}.parquet`,
  datasets: 'datasets/versions/',
  versions: (dataset: string) => `${keys.datasets}${encodeURIComponent(dataset)}/`,
  version: ({ dataset, version, digest }: Pick<RemoteVersion, 'dataset' | 'version' | 'digest'>) =>
    `${keys.versions(dataset)}${String(version).padStart(8, '0')}-${digest.slice(7, 23)}.json`,
};

const NAME = /^(\d{8})-[0-9a-f]{16}\.json$/;

/** The documents of a dataset, newest number first. */
export async function listVersions(
  store: DatasetStore,
  dataset: string,
): Promise<{ key: string; version: number }[]> {
  const names = await store.list(keys.versions(dataset));
  return names
    .flatMap((name) => {
      const number = NAME.exec(name)?.[1];
      return number === undefined
        ? []
        : [{ key: `${keys.versions(dataset)}${name}`, version: Number(number) }];
    })
    .sort((a, b) => b.version - a.version);
}

/** Looked at of a target, at most: each costs a request. */
const MOST_DATASETS = 500;

/** The datasets that lie there, by name, with the numbers of their versions, newest first. */
export async function listDatasets(store: DatasetStore): Promise<{ dataset: string; versions: number[] }[]> {
  const names = (await store.list(keys.datasets)).map((name) => decodeURIComponent(name.replace(/\/$/, '')));
  const found: { dataset: string; versions: number[] }[] = [];
  for (const dataset of names.sort().slice(0, MOST_DATASETS)) {
    const versions = (await listVersions(store, dataset)).map(({ version }) => version);
    if (versions.length > 0) found.push({ dataset, versions });
  }
  return found;
}

/** Errors: `targets/damaged` when it is no document of a version, or says of its files what cannot be. */
export async function readVersion(store: DatasetStore, key: string): Promise<RemoteVersion> {
  const bytes = await store.get(key, mostBytes);
  const where = store.address(key);
  if (bytes === null) throw new AssayError('targets/not-there', `${where} is not there.`);
  try {
    const read = RemoteVersion.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
    if (isConsistent(read)) return read;
  } catch (thrown) {
    throw new AssayError('targets/damaged', `${where} is no document of a dataset version.`, {
      cause: thrown,
    });
  }
  throw new AssayError('targets/damaged', `${where} names other files than its digest.`);
}

/** The digest of a version is that of its only file, or of a manifest that lists its files. */
function isConsistent({ digest, files, manifest }: RemoteVersion): boolean {
  if (manifest === null) return files.length === 1 && files[0]?.digest === digest;
  const { chunks } = Manifest.parse(JSON.parse(manifest));
  return (
    chunks.length === files.length && chunks.every((chunk, index) => chunk.digest === files[index]?.digest)
  );
}
