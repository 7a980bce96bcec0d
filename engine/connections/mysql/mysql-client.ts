import mysql from 'mysql2';
import { z } from 'zod';
import { secretField } from '../../secrets/index.ts';
import { databaseFailure } from '../source-failure.ts';

export const MysqlSettings = z.object({
  host: z.string().min(1).default('localhost').meta({ title: 'Host' }),
  port: z.number().int().min(1).max(65_535).default(3306).meta({ title: 'Port' }),
  database: z.string().min(1).meta({ title: 'Database' }),
  user: z.string().min(1).meta({ title: 'User' }),
  password: secretField('Empty where the server asks for none').meta({ title: 'Password' }),
  tls: z
    .enum(['off', 'on', 'verified'])
    .default('off')
    .meta({ title: 'TLS', description: 'verified: the certificate must be valid for the host' }),
});
export type MysqlSettings = z.infer<typeof MysqlSettings>;

const CONNECT_MS = 15_000;

export function mysqlAddress({ host, port, database }: MysqlSettings): string {
  return `mysql://${host}:${port}/${database}`;
}

/** Works with a connection that only reads, in UTC. An aborted signal stops the statement that runs. */
export async function withMysql<T>(
  settings: MysqlSettings,
  signal: AbortSignal | undefined,
  work: (connection: mysql.Connection) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const options: mysql.ConnectionOptions = {
    host: settings.host,
    port: settings.port,
    database: settings.database,
    user: settings.user,
    ...(settings.password === undefined ? {} : { password: settings.password }),
    ...(settings.tls === 'off' ? {} : { ssl: { rejectUnauthorized: settings.tls === 'verified' } }),
    connectTimeout: CONNECT_MS,
    charset: 'utf8mb4',
  };
  const connection = mysql.createConnection(options);
  connection.on('error', () => {});
  const stop = (): void => void cancel(connection, options);
  signal?.addEventListener('abort', stop);
  try {
    await connected(connection);
    await ask(connection, `SET time_zone = '+00:00'`);
    await ask(connection, 'SET SESSION TRANSACTION READ ONLY');
    return await work(connection);
  } catch (thrown) {
    signal?.throwIfAborted();
    throw databaseFailure(thrown, `${settings.host}:${settings.port}`, {
      unauthorized: /ACCESS_DENIED|ER_TABLEACCESS|ER_COLUMNACCESS/,
      hintOf: (code) => hints[code] ?? null,
    });
  } finally {
    signal?.removeEventListener('abort', stop);
    connection.destroy();
  }
}

const hints: Record<string, string> = {
  ER_BAD_DB_ERROR: 'Correct the name of the database in the connection.',
  ER_NO_SUCH_TABLE: 'Check the name of the table.',
};

async function connected(connection: mysql.Connection): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    connection.connect((error) => (error === null ? resolve() : reject(error)));
  });
}

/** Asks for an answer that is short. */
export async function ask(
  connection: mysql.Connection,
  sql: string,
  values: unknown[] = [],
): Promise<unknown[][]> {
  return new Promise((resolve, reject) => {
    connection.query<mysql.RowDataPacket[][]>({ sql, values, rowsAsArray: true }, (error, rows) => {
      if (error === null) resolve(Array.isArray(rows) ? rows : []);
      else reject(error);
    });
  });
}

/** MySQL stops a statement when it is asked on another connection. */
async function cancel(connection: mysql.Connection, options: mysql.ConnectionOptions): Promise<void> {
  const other = mysql.createConnection(options);
  other.on('error', () => {});
  try {
    await connected(other);
    await ask(other, `KILL QUERY ${Math.trunc(connection.threadId)}`);
  } catch {
    // The connection itself is closed in any case.
  } finally {
    other.end();
    connection.destroy();
  }
}
