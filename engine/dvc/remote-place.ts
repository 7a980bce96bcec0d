import { fileURLToPath } from 'node:url';
import type { DvcRemote } from './dvc-config.ts';

/** What a remote of DVC is to Assay. */
export type RemotePlace =
  | { kind: 'folder'; path: string }
  | { kind: 's3' | 'gcs'; bucket: string; prefix: string; endpoint: string | null }
  | { kind: 'azure-blob'; bucket: string; prefix: string; account: string | null }
  | { kind: 'http'; url: string }
  /** One that is not read here. */
  | { kind: 'other'; scheme: string };

export type BucketPlace = Extract<RemotePlace, { bucket: string }>;

/** Reads the address of a remote. */
export function placeOfRemote({ url, settings }: DvcRemote): RemotePlace {
  const [, scheme, rest = ''] = /^(\w+):\/\/(.*)$/.exec(url) ?? [];
  if (scheme === undefined) return { kind: 'folder', path: url };
  if (scheme === 'file') return { kind: 'folder', path: fileURLToPath(url) };
  const [bucket = '', ...parts] = rest.split('/');
  const at = { bucket, prefix: parts.filter((part) => part !== '').join('/') };
  switch (scheme) {
    case 's3':
      return { kind: 's3', ...at, endpoint: settings.endpointurl ?? null };
    case 'gs':
    case 'gcs':
      return { kind: 'gcs', ...at, endpoint: settings.endpointurl ?? null };
    case 'azure':
      return { kind: 'azure-blob', ...at, account: settings.account_name ?? null };
    case 'http':
    case 'https':
      return { kind: 'http', url: url.replace(/\/+$/, '') };
    default:
      return { kind: 'other', scheme };
  }
}

/** Settings of a connection, without its secrets. */
type Known = { name: string; kind: string; config: Readonly<Record<string, unknown>> };

/** The connection that leads to the place of a remote; null when there is none, or it takes none. */
export function fittingConnection<C extends Known>(place: RemotePlace, connections: readonly C[]): C | null {
  return connections.find((connection) => leadsTo(connection, place)) ?? null;
}

/** Whether the credentials of a connection are meant for the place of a remote. */
export function leadsTo({ kind, config }: Known, place: RemotePlace): boolean {
  if (kind !== place.kind) return false;
  switch (place.kind) {
    case 's3':
    case 'gcs':
      return (
        config.bucket === place.bucket &&
        (place.endpoint === null || originOf(config.endpoint) === originOf(place.endpoint))
      );
    case 'azure-blob':
      return (
        config.container === place.bucket && (place.account === null || config.account === place.account)
      );
    case 'http':
      return originOf(config.address) === originOf(place.url);
    default:
      return false;
  }
}

const originOf = (url: unknown): string | null =>
  typeof url === 'string' ? (URL.parse(url)?.origin ?? null) : null;
