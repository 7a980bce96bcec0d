import pg from 'pg';
import { z } from 'zod';
import { secretField } from '../../secrets/index.ts';
import { databaseFailure } from '../source-failure.ts';
import { stopper } from '../stopper.ts';

export const PostgresSettings = z.object({
  host: z.string().min(1).default('localhost').meta({ title: 'Host' }),
  port: z.number().int().min(1).max(65_535).default(5432).meta({ title: 'Port' }),
  database: z.string().min(1).meta({ title: 'Database' }),
  user: z.string().min(1).meta({ title: 'User' }),
  password: secretField('Empty where the server trusts this machine').meta({ title: 'Password' }),
  tls: z
    .enum(['off', 'on', 'verified'])
    .default('off')
    .meta({ title: 'TLS', description: 'verified: the certificate must be valid for the host' }),
});
export type PostgresSettings = z.infer<typeof PostgresSettings>;

const CONNECT_MS = 15_000;
const CANCEL_MS = 5_000;

export function postgresAddress({ host, port, database }: PostgresSettings): string {
  return `postgres://${host}:${port}/${database}`;
}

/** Works with a connection that only reads, in UTC. An aborted signal stops the statement that runs. */
export async function withPostgres<T>(
  settings: PostgresSettings,
  signal: AbortSignal | undefined,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const options: pg.ClientConfig = {
    host: settings.host,
    port: settings.port,
    database: settings.database,
    user: settings.user,
    ...(settings.password === undefined ? {} : { password: settings.password }),
    ssl: settings.tls === 'off' ? false : { rejectUnauthorized: settings.tls === 'verified' },
    connectionTimeoutMillis: CONNECT_MS,
    application_name: 'assay',
    keepAlive: true,
  };
  const client = new pg.Client(options);
  // A connection that breaks while nothing is asked of it is told with the next statement.
  client.on('error', () => {});
  const end = stopper(signal, () => cancel(client, options));
  try {
    return await Promise.race([begun(client).then(() => work(client)), end.stopped]);
  } catch (thrown) {
    signal?.throwIfAborted();
    throw databaseFailure(thrown, `${settings.host}:${settings.port}`, {
      unauthorized: /^(28|42501)/,
      hintOf: (code) => hints[code] ?? null,
    });
  } finally {
    end.forget();
    await client.end().catch(() => {});
  }
}

async function begun(client: pg.Client): Promise<void> {
  await client.connect();
  await client.query(`SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET default_transaction_read_only = on`);
}

const hints: Record<string, string> = {
  '3D000': 'Correct the name of the database in the connection.',
  '42P01': 'Check the name of the table, with its schema: sales.orders.',
  '42601': 'Give one SELECT, in the words of this server: nothing else is run there.',
  '42501': 'Ask for the right to SELECT from it.',
  '57014': 'The statement was stopped by the server: it ran longer than the server allows.',
};

/** PostgreSQL stops a statement when it is asked on another connection. */
async function cancel(client: pg.Client, options: pg.ClientConfig): Promise<void> {
  const pid = 'processID' in client && typeof client.processID === 'number' ? client.processID : null;
  const other = new pg.Client({ ...options, connectionTimeoutMillis: CANCEL_MS, query_timeout: CANCEL_MS });
  other.on('error', () => {});
  try {
    if (pid === null) return;
    await other.connect();
    await other.query('SELECT pg_cancel_backend($1)', [pid]);
  } catch {
    // The connection itself is closed in any case.
  } finally {
    await other.end().catch(() => {});
    await client.end().catch(() => {});
  }
}
