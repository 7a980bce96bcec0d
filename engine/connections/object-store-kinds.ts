import type { z } from 'zod';
import { checkWay } from '../http/index.ts';
import {
  AzureLocation,
  azureStore,
  GcsLocation,
  gcsStore,
  type OpenStore,
  S3Location,
  s3Store,
} from '../object-store/index.ts';
import { type ConnectionKind, defineConnectionKind } from './connection-kind.ts';

/** How parts are written means nothing where only is read. */
const written = { partMb: true, conditional: true } as const;
const S3Settings = S3Location.omit(written);
const GcsSettings = GcsLocation.omit({ partMb: true });
const AzureSettings = AzureLocation.omit({ partMb: true });

function storeKind<S extends z.ZodObject>(kind: {
  kind: string;
  title: string;
  description: string;
  schema: S;
  address(settings: z.output<S>): string;
  open(settings: unknown): OpenStore;
}): ConnectionKind {
  return defineConnectionKind<S>({
    ...kind,
    reads: 'objects',
    async check(settings, context) {
      const store = kind.open(settings)(context);
      const http = { ...context.http, request: store.probe };
      return (await checkWay({ method: 'GET', url: store.origin }, { ...context, http })).findings;
    },
    async items(settings, prefix, most, context) {
      const names = await kind.open(settings)(context).list(prefix);
      return names
        .slice(0, most)
        .map((name) => ({ name, kind: name.endsWith('/') ? ('folder' as const) : ('object' as const) }));
    },
  });
}

const openers: Record<string, (settings: unknown) => OpenStore> = {
  s3: (settings) => s3Store(S3Location.parse(settings)),
  gcs: (settings) => gcsStore(GcsLocation.parse(settings)),
  'azure-blob': (settings) => azureStore(AzureLocation.parse(settings)),
};

/** Opens the bucket of a connection, or of a target, of such a kind; null for any other kind. */
export function openObjects(kind: string, settings: unknown): OpenStore | null {
  return openers[kind]?.(settings) ?? null;
}

export const objectStoreKinds: readonly ConnectionKind[] = [
  storeKind({
    kind: 's3',
    title: 'S3 bucket',
    description: 'Objects in Amazon S3, MinIO, Ceph, R2 or another store that speaks S3.',
    schema: S3Settings,
    address: ({ bucket, endpoint }) =>
      `s3://${bucket}${endpoint === undefined ? '' : ` at ${new URL(endpoint).host}`}`,
    open: (settings) => s3Store(S3Location.parse(settings)),
  }),
  storeKind({
    kind: 'gcs',
    title: 'Google Cloud Storage',
    description: 'Objects in a bucket of Google Cloud.',
    schema: GcsSettings,
    address: ({ bucket }) => `gs://${bucket}`,
    open: (settings) => gcsStore(GcsLocation.parse(settings)),
  }),
  storeKind({
    kind: 'azure-blob',
    title: 'Azure Blob storage',
    description: 'Blobs in a container of a storage account.',
    schema: AzureSettings,
    address: ({ account, container }) => `${account}/${container}`,
    open: (settings) => azureStore(AzureLocation.parse(settings)),
  }),
];
