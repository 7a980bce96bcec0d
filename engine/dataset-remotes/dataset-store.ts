import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { AssayError } from '../errors.ts';
import type { RemoteContext } from '../http/index.ts';
import {
  AzureLocation,
  azureStore,
  GcsLocation,
  gcsStore,
  type ObjectStore,
  S3Location,
  s3Store,
} from '../object-store/index.ts';
import { writeDurably } from '../system/index.ts';

/** Where versions of data can lie: a bucket or a folder, with keys below what the target names. */
export type DatasetStore = {
  address(key: string): string;
  /** Size of an object; null when it is not there. */
  size(key: string): Promise<number | null>;
  /** Null when it is not there. */
  get(key: string, maxBytes: number): Promise<Uint8Array | null>;
  put(key: string, bytes: Uint8Array, digest: string): Promise<void>;
  /** Names directly below a prefix that ends with "/". */
  list(prefix: string): Promise<string[]>;
};

const Prefix = z.object({ prefix: z.string().default('') });
const Folder = z.object({ path: z.string().min(1) });

/** Errors: `targets/unsupported` for a target of a kind that keeps no files. */
export function openDatasetStore(
  kind: string,
  config: Record<string, unknown>,
  context: RemoteContext,
): DatasetStore {
  switch (kind) {
    case 'folder':
      return folderStore(Folder.parse(config).path);
    case 's3':
      return bucketStore(s3Store(S3Location.parse(config))(context), config);
    case 'azure':
      return bucketStore(azureStore(AzureLocation.parse(config))(context), config);
    case 'gcs':
      return bucketStore(gcsStore(GcsLocation.parse(config))(context), config);
    default:
      throw new AssayError(
        'targets/unsupported',
        `A target of the kind ${kind} keeps no datasets; a folder, S3, Azure or Google Cloud Storage does.`,
      );
  }
}

function bucketStore(store: ObjectStore, config: Record<string, unknown>): DatasetStore {
  const prefix = Prefix.parse(config).prefix.replace(/^\/+|\/+$/g, '');
  const at = (key: string) => (prefix === '' ? key : `${prefix}/${key}`);
  return {
    address: (key) => store.address(at(key)),
    size: async (key) => (await store.head(at(key)))?.sizeBytes ?? null,
    get: async (key, maxBytes) => (await store.get(at(key), maxBytes))?.bytes ?? null,
    async put(key, bytes, digest) {
      const over = (await store.head(at(key)))?.state ?? null;
      await store.put(at(key), bytes, { digest, over, begun: null, save() {} });
    },
    list: (below) => store.list(at(below)),
  };
}

function folderStore(root: string): DatasetStore {
  const at = (key: string) => join(root, ...key.split('/'));
  return {
    address: at,
    size: (key) => unlessMissing(async () => (await stat(at(key))).size),
    get: (key) => unlessMissing(() => readFile(at(key))),
    async put(key, bytes) {
      const path = at(key);
      await mkdir(dirname(path), { recursive: true });
      // Nobody sees half a file, also on a share.
      const part = `${path}.${randomUUID()}.part`;
      try {
        await writeDurably(part, bytes);
        await rename(part, path);
      } finally {
        await rm(part, { force: true });
      }
    },
    list: async (below) => (await unlessMissing(() => readdir(at(below.replace(/\/$/, ''))))) ?? [],
  };
}

async function unlessMissing<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return null;
    throw thrown;
  }
}
