import { z } from 'zod';
import { TimestampMs } from './common.ts';
import { endpoint } from './endpoint.ts';
import { TargetCheck } from './targets.ts';

export const ConnectionName = z
  .string()
  .regex(
    /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/,
    '1 to 63 letters, digits, dots, underscores and hyphens, beginning and ending with a letter or digit',
  );

/** A kind of place that rows come from, with the form that sets one up. */
export const ConnectionKindInfo = z
  .object({
    kind: z.string(),
    title: z.string(),
    description: z.string(),
    reads: z
      .enum(['tables', 'http', 'objects'])
      .describe('What a source takes from it: tables and queries, addresses, or objects of a bucket'),
    configSchema: z
      .record(z.string(), z.unknown())
      .describe(
        'JSON Schema of the settings: an object whose properties are no objects. "secret": true marks secrets',
      ),
  })
  .meta({ id: 'ConnectionKindInfo' });
export type ConnectionKindInfo = z.infer<typeof ConnectionKindInfo>;

const ConfigValue = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]);
const Config = z.record(z.string(), ConfigValue);
const SecretValues = z
  .record(z.string(), z.string().min(1).max(20_000).nullable())
  .describe('Secrets by field; kept sealed and never given out. null takes one away');

/** A place that rows come from: a database, a service, a bucket. Sources name it, so that they hold no credentials. */
export const Connection = z
  .object({
    id: z.string(),
    name: ConnectionName,
    kind: z.string(),
    address: z.string().describe('Where it is, for people'),
    config: Config.describe('Without secrets'),
    secrets: z.array(z.string()).describe('Fields whose secret is kept; the secrets are never given out'),
    lastCheck: TargetCheck.nullable(),
    createdAtMs: TimestampMs,
    updatedAtMs: TimestampMs,
  })
  .meta({ id: 'Connection' });
export type Connection = z.infer<typeof Connection>;

const byConnection = z.object({ connection: z.string().describe('Name or id') });
const NewConnection = z.object({
  name: ConnectionName,
  kind: z.string(),
  config: Config.default({}),
  secrets: SecretValues.default({}),
});

export const connectionsApi = {
  kinds: endpoint({
    id: 'connections.kinds',
    method: 'GET',
    path: '/api/v1/connection-kinds',
    summary: 'Kinds of places that rows can come from, with the schema of their settings',
    response: z.object({ items: z.array(ConnectionKindInfo) }),
    example: {},
  }),
  list: endpoint({
    id: 'connections.list',
    method: 'GET',
    path: '/api/v1/connections',
    summary: 'Connections by name',
    response: z.object({ items: z.array(Connection) }),
    example: {},
  }),
  create: endpoint({
    id: 'connections.create',
    method: 'POST',
    path: '/api/v1/connections',
    summary: 'Set up a database, a service or a bucket that rows come from',
    body: NewConnection,
    status: 201,
    response: Connection,
    errors: ['connections/name-taken', 'connections/unknown-kind', 'connections/bad-config'],
  }),
  test: endpoint({
    id: 'connections.test',
    method: 'POST',
    path: '/api/v1/connections/test',
    summary:
      'Try settings before they are kept; with the name of a connection its secrets fill those left out',
    body: z.object({
      kind: z.string(),
      config: Config.default({}),
      secrets: SecretValues.default({}),
      connection: z.string().optional().describe('Name or id of one that is being changed'),
    }),
    response: TargetCheck,
    errors: ['connections/not-found', 'connections/unknown-kind', 'connections/bad-config'],
    timeoutMs: 60_000,
  }),
  get: endpoint({
    id: 'connections.get',
    method: 'GET',
    path: '/api/v1/connections/{connection}',
    summary: 'One connection',
    params: byConnection,
    response: Connection,
    errors: ['connections/not-found'],
  }),
  update: endpoint({
    id: 'connections.update',
    method: 'PATCH',
    path: '/api/v1/connections/{connection}',
    summary: 'Rename a connection, or change its settings (config replaces all settings that are no secrets)',
    params: byConnection,
    body: z.object({
      name: ConnectionName.optional(),
      config: Config.optional(),
      secrets: SecretValues.optional(),
    }),
    response: Connection,
    errors: ['connections/not-found', 'connections/name-taken', 'connections/bad-config'],
  }),
  delete: endpoint({
    id: 'connections.delete',
    method: 'DELETE',
    path: '/api/v1/connections/{connection}',
    summary: 'Remove a connection with its secrets; what was imported from it stays',
    params: byConnection,
    status: 204,
    response: 'none',
    errors: ['connections/not-found'],
  }),
  check: endpoint({
    id: 'connections.check',
    method: 'POST',
    path: '/api/v1/connections/{connection}/check',
    summary: 'Check a connection: what is wrong and what to do about it',
    params: byConnection,
    response: TargetCheck,
    errors: ['connections/not-found'],
    timeoutMs: 60_000,
  }),
  tables: endpoint({
    id: 'connections.tables',
    method: 'GET',
    path: '/api/v1/connections/{connection}/tables',
    summary: 'Tables and views of a database, or what lies below a prefix of a bucket',
    params: byConnection,
    query: z.object({ prefix: z.string().max(1024).default('') }),
    response: z.object({
      items: z.array(z.object({ name: z.string(), kind: z.enum(['table', 'view', 'folder', 'object']) })),
      truncated: z.boolean().describe('There are more than these'),
    }),
    errors: ['connections/not-found', 'sources/unreachable', 'sources/unauthorized', 'sources/refused'],
    timeoutMs: 60_000,
  }),
};
