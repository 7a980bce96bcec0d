/** What stands after `assay import`: a file, a folder, an address, a database, standard input. */
import { existsSync, statSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import { Readable } from 'node:stream';
import type { Client } from '../client/index.ts';
import { type Connection, type DatasetSource, type HttpPaging, SampleName } from '../contract/index.ts';
import { exitCodes } from './exit-codes.ts';
import { CommandFailure } from './failure.ts';

export type SourceOptions = {
  table?: string;
  query?: string;
  records?: string;
  paging?: string;
  maxRecords?: string;
  connection?: string;
  output?: string;
  remote?: string;
};

/** The source, and what a dataset of it is called unless something else is said. */
export type GivenSource = { source: DatasetSource; name: string; note: string | null };

/** Errors: usage, datasets/source-not-found, and those of the connections of databases. */
export async function givenSource(
  text: string,
  options: SourceOptions,
  client: Client,
): Promise<GivenSource> {
  if (text === '-') return fromStdin(client);
  if (text.startsWith('sample:')) return sample(text.slice('sample:'.length));
  if (/^(postgres|postgresql|mysql|mariadb):\/\//.test(text)) return database(text, options, client);
  if (/^(s3|gs):\/\//.test(text)) return bucket(text, client);
  const path = resolve(text);
  if (isDvc(path, options)) return dvcOutput(path, options);
  if (/^https?:\/\//.test(text) || options.connection !== undefined) return address(text, options);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFile()) return { source: { kind: 'path', path }, name: plainName(path), note: null };
  if (found?.isDirectory()) return { source: { kind: 'paths', path }, name: basename(path), note: null };
  if (/[*?{]/.test(text)) {
    const name = basename(path)
      .replace(/[*?{}]+/g, '')
      .replace(/\.[a-z0-9]+$/i, '')
      .replace(/^[-_. ]+|[-_. ]+$/g, '');
    return { source: { kind: 'paths', path }, name: name || basename(resolve(path, '..')), note: null };
  }
  return ofConnection(text, options, client);
}

/** A name without its ending: `sales.csv.gz` is "sales". */
export function plainName(path: string): string {
  const name = basename(path).replace(/\.(gz|zst)$/i, '');
  return name.slice(0, name.length - extname(name).length) || name;
}

/** A file of DVC by its name, or anything of which an output is named. */
function isDvc(path: string, { output }: SourceOptions): boolean {
  const isThere = statSync(path, { throwIfNoEntry: false }) !== undefined;
  return isThere && (output !== undefined || /(.\.dvc|^dvc\.lock|^dvc\.yaml)$/.test(basename(path)));
}

function dvcOutput(path: string, { output, remote, connection }: SourceOptions): GivenSource {
  return {
    source: {
      kind: 'dvc',
      path,
      ...(output === undefined ? {} : { output }),
      ...(remote === undefined ? {} : { remote }),
      ...(connection === undefined ? {} : { connection }),
    },
    name: plainName((output ?? path.replace(/\.dvc$/, '')).replace(/[/*?{}]+$/, '')) || basename(path),
    note: null,
  };
}

async function fromStdin(client: Client): Promise<GivenSource> {
  const body = Readable.toWeb(process.stdin) as ReadableStream<Uint8Array>;
  const { uploadId } = await client.uploads.create({ query: { name: 'stdin' }, body });
  return { source: { kind: 'upload', uploadId }, name: 'stdin', note: null };
}

function sample(name: string): GivenSource {
  const known = SampleName.safeParse(name);
  if (known.success) return { source: { kind: 'sample', name: known.data }, name: known.data, note: null };
  throw usage(`There is no sample "${name}".`, `Samples: ${SampleName.options.join(', ')}.`);
}

function rowsOf({ table, query }: SourceOptions): { table: string } | { query: string } {
  if (table !== undefined && query === undefined) return { table };
  if (query !== undefined && table === undefined) return { query };
  throw usage('Say which rows: a table or a query.', 'Add --table sales.orders or --query "SELECT …".');
}

/** An address with credentials becomes a connection, which keeps the password sealed and is used again next time. */
async function database(text: string, options: SourceOptions, client: Client): Promise<GivenSource> {
  const rows = rowsOf(options);
  const url = URL.parse(text);
  const database = decodeURIComponent(url?.pathname.slice(1) ?? '');
  if (url === null || database === '')
    throw usage('The address names no database.', 'Write postgres://user@host:5432/database.');
  const kind = url.protocol.startsWith('postgres') ? 'postgres' : 'mysql';
  const config = {
    host: url.hostname,
    port: Number(url.port || (kind === 'postgres' ? 5432 : 3306)),
    database,
    user: decodeURIComponent(url.username) || (kind === 'postgres' ? 'postgres' : 'root'),
  };
  const password = decodeURIComponent(url.password) || process.env.ASSAY_CONNECTION_PASSWORD;
  const secrets = password === undefined || password === '' ? {} : { password };
  const { items } = await client.connections.list();
  const isSame = (known: Connection) =>
    known.kind === kind && Object.entries(config).every(([field, value]) => known.config[field] === value);
  const known = items.find(isSame);
  const name = known?.name ?? freeName(`${database}-${url.hostname}`, items);
  if (known === undefined) await client.connections.create({ body: { name, kind, config, secrets } });
  else if (password !== undefined && password !== '')
    await client.connections.update({ params: { connection: known.id }, body: { secrets } });
  const note = known === undefined ? `The address is kept as the connection "${name}".` : null;
  return { source: { kind, connection: name, ...rows }, name: options.table ?? database, note };
}

function freeName(wanted: string, taken: readonly Connection[]): string {
  const base =
    wanted
      .replace(/[^A-Za-z0-9._-]+/g, '-')
      .replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '')
      .slice(0, 56) || 'database';
  const names = new Set(taken.map(({ name }) => name.toLowerCase()));
  let name = base;
  for (let next = 2; names.has(name.toLowerCase()); next++) name = `${base}-${next}`;
  return name;
}

async function bucket(text: string, client: Client): Promise<GivenSource> {
  const [, scheme = '', name = '', rest = ''] = /^(s3|gs):\/\/([^/]+)\/?(.*)$/.exec(text) ?? [];
  const kind = scheme === 's3' ? 's3' : 'gcs';
  const { items } = await client.connections.list();
  const found = items.find((known) => known.kind === kind && known.config.bucket === name);
  if (found === undefined)
    throw new CommandFailure(
      'connections/not-found',
      `There is no connection for the bucket "${name}".`,
      `Set one up: assay connections add ${kind} <name> --set bucket=${name} …`,
      exitCodes.notFound,
    );
  const isMany = rest === '' || rest.endsWith('/') || rest.includes('*');
  const where = isMany ? { prefix: rest } : { key: rest };
  const called = plainName(rest.replace(/[/*]+$/, '')) || name;
  return { source: { kind: 'object', connection: found.name, ...where }, name: called, note: null };
}

function address(url: string, options: SourceOptions): GivenSource {
  const { records, connection, maxRecords } = options;
  const path = URL.parse(url)?.pathname ?? url;
  return {
    source: {
      kind: 'http',
      url,
      ...(connection === undefined ? {} : { connection }),
      ...(records === undefined ? {} : { records }),
      ...(options.paging === undefined ? {} : { paging: pagingOf(options.paging) }),
      ...(maxRecords === undefined ? {} : { maxRecords: Number(maxRecords) }),
    },
    name: plainName(path.replace(/\/+$/, '')) || (URL.parse(url)?.hostname ?? 'data'),
    note: null,
  };
}

/** page[:parameter[:first]], offset[:parameter[:size parameter[:size]]], cursor:parameter:place, link */
function pagingOf(text: string): HttpPaging {
  const [by = '', ...parts] = text.split(':');
  const [first, second, third] = parts;
  if (by === 'link') return { by };
  if (by === 'page') return { by, parameter: first ?? 'page', first: Number(second ?? 1) };
  if (by === 'offset')
    return { by, parameter: first ?? 'offset', sizeParameter: second ?? 'limit', size: Number(third ?? 100) };
  if (by === 'cursor' && first !== undefined && second !== undefined)
    return { by, parameter: first, at: second };
  throw usage(
    `"${text}" is no way of paging.`,
    'Write page, page:p:0, offset:start:count:100, cursor:after:meta.next or link.',
  );
}

/** The name of a connection, where there is no such file. */
async function ofConnection(text: string, options: SourceOptions, client: Client): Promise<GivenSource> {
  const found = (await client.connections.list()).items.find(({ name }) => name === text);
  if (found?.kind === 'postgres' || found?.kind === 'mysql')
    return {
      source: { kind: found.kind, connection: text, ...rowsOf(options) },
      name: options.table ?? text,
      note: null,
    };
  const path = resolve(text);
  throw new CommandFailure(
    'datasets/source-not-found',
    existsSync(path) ? `${path} is no file.` : `There is no file ${path}, and no connection "${text}".`,
    'Give a file, a folder, a pattern in quotes, an address, the name of a connection, or - for standard input.',
    exitCodes.notFound,
  );
}

function usage(message: string, hint: string): CommandFailure {
  return new CommandFailure('usage', message, hint, exitCodes.usage);
}
