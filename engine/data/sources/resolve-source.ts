import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { DatasetSource } from '../../../local-api/contract/index.ts';
import type { ConnectionsService, ReadyConnection } from '../../connections/index.ts';
import { findRepository, isDvcPath, loadDvcConfig, readyStores } from '../../dvc/index.ts';
import { AssayError } from '../../errors.ts';
import { samplePath, sourceFile } from '../source.ts';
import type { Uploads } from '../uploads.ts';
import { invalid } from './gather-context.ts';
import { findFiles } from './local-files.ts';
import type { ResolvedSource } from './resolved-source.ts';

export type ResolveParts = {
  uploads: Pick<Uploads, 'find'>;
  connections: Pick<ConnectionsService, 'ready' | 'list'>;
  /** Files with the secrets of the workspace: as rows of a dataset they would go wherever it goes. */
  privateFiles: readonly string[];
};

/** Which kinds of connection a kind of source takes. */
const kindsFor: Record<'postgres' | 'mysql' | 'http' | 'object', readonly string[]> = {
  postgres: ['postgres'],
  mysql: ['mysql'],
  http: ['http'],
  object: ['s3', 'gcs', 'azure-blob'],
};

/**
 * A source with all that a job process needs to read it. What lies on this machine is looked for; what lies elsewhere is
 * not asked yet.
 *
 * Errors: `datasets/source-not-found`, `uploads/not-found`, `connections/not-found`, `request/invalid`.
 */
export async function resolveSource(source: DatasetSource, parts: ResolveParts): Promise<ResolvedSource> {
  switch (source.kind) {
    case 'path':
      if (isDvcPath(source.path))
        throw invalid('/source/kind', `${source.path} names data that DVC keeps, and holds none`, 'dvc');
      await refusePrivate([(await sourceFile(source.path)).path], parts);
      return fileAt(source.path);
    case 'sample':
      return fileAt(samplePath(source.name));
    case 'upload': {
      const { path, name } = await parts.uploads.find(source.uploadId);
      return { kind: 'file', path, name, hidden: [] };
    }
    case 'paths': {
      const found = await findFiles(source.path);
      await refusePrivate(
        found.parts.map(({ path }) => path),
        parts,
      );
      return { kind: 'paths', path: source.path, name: basename(source.path), hidden: [] };
    }
    case 'text':
      return { kind: 'text', text: source.text, name: 'pasted text', hidden: [] };
    case 'postgres':
    case 'mysql': {
      const { table = null, query = null } = source;
      if ((table === null) === (query === null))
        throw invalid('/source', 'Give either a table or a query', 'table or query');
      const { name, settings, hidden } = await connectionFor(source.kind, source.connection, parts);
      return { kind: source.kind, settings, table, query, name: `${name}: ${table ?? 'a query'}`, hidden };
    }
    case 'http':
      return httpSource(source, parts);
    case 'dvc':
      return dvcSource(source, parts);
    case 'object': {
      const { key = null, prefix = null } = source;
      if ((key === null) === (prefix === null))
        throw invalid('/source', 'Give either a key or a prefix', 'key or prefix');
      const { name, kind, settings, hidden } = await connectionFor('object', source.connection, parts);
      return {
        kind: 'object',
        storeKind: kind,
        settings,
        key,
        prefix,
        name: `${name}: ${key ?? prefix}`,
        hidden,
      };
    }
  }
}

/** Whatever they are called here, through links or other ways to their folder. Errors: `request/invalid`. */
async function refusePrivate(paths: readonly string[], { privateFiles }: ResolveParts): Promise<void> {
  const isPrivate = await Promise.all(privateFiles.map(identityOf));
  for (const path of paths) {
    const identity = await identityOf(path);
    if (identity !== null && isPrivate.includes(identity))
      throw invalid('/source/path', `${path} holds secrets of the workspace`, 'a file with rows');
  }
}

/** What is the same for every name of a file; null when there is none. */
async function identityOf(path: string): Promise<string | null> {
  const found = await stat(path, { bigint: true }).catch(() => null);
  return found === null ? null : `${found.dev}:${found.ino}`;
}

function fileAt(path: string): ResolvedSource {
  return { kind: 'file', path, name: basename(path), hidden: [] };
}

/** Errors: `datasets/source-not-found`, `dvc/bad-file`, and those of `readyStores`. */
async function dvcSource(
  source: Extract<DatasetSource, { kind: 'dvc' }>,
  { connections }: ResolveParts,
): Promise<ResolvedSource> {
  const { dvcDir } = await findRepository(source.path);
  const config = dvcDir === null ? null : await loadDvcConfig(dvcDir);
  const stores =
    config === null ? {} : await readyStores(config, connections, source.connection, '/source/connection');
  return {
    kind: 'dvc',
    path: source.path,
    output: source.output ?? null,
    remote: source.remote ?? null,
    stores,
    known: null,
    name: basename(source.output ?? source.path).replace(/\.dvc$/, ''),
    hidden: Object.values(stores).flatMap(({ hidden }) => hidden),
  };
}

async function connectionFor(
  kind: keyof typeof kindsFor,
  name: string,
  { connections }: ResolveParts,
): Promise<ReadyConnection> {
  const found = await connections.ready(name);
  if (found === null) throw new AssayError('connections/not-found', `There is no connection "${name}".`);
  const kinds = kindsFor[kind];
  if (kinds.includes(found.kind)) return found;
  throw invalid(
    '/source/connection',
    `The connection "${name}" is of the kind ${found.kind}`,
    kinds.join(' or '),
  );
}

async function httpSource(
  source: Extract<DatasetSource, { kind: 'http' }>,
  parts: ResolveParts,
): Promise<ResolvedSource> {
  const connection =
    source.connection === undefined ? null : await connectionFor('http', source.connection, parts);
  const address = connection?.settings.address;
  // Relative to the address as to a folder, whether it ends with a slash or not.
  const base = typeof address === 'string' ? `${address.replace(/\/$/, '')}/` : undefined;
  const isAbsolute = /^[a-z][a-z0-9+.-]*:/i.test(source.url);
  const url = URL.parse(isAbsolute ? source.url : source.url.replace(/^\//, ''), base);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw invalid('/source/url', `"${source.url}" is no address`, 'https://…, or a path of the connection');
  if (url.username !== '' || url.password !== '') {
    const message = 'An address with a password would be kept with the dataset: set up a connection instead';
    throw invalid('/source/url', message, 'an address without user and password');
  }
  const isList = source.records !== undefined || source.paging !== undefined;
  return {
    kind: 'http',
    url: url.href,
    settings: connection?.settings ?? {},
    records: isList
      ? { at: source.records ?? '', paging: source.paging ?? null, most: source.maxRecords ?? null }
      : null,
    name: `${url.host}${url.pathname}`.replace(/\/$/, ''),
    hidden: connection?.hidden ?? [],
  };
}
