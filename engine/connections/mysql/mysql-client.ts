import { isIP } from 'node:net';
import mysql from 'mysql2';
import { z } from 'zod';
import { AssayError } from '../../errors.ts';
import { secretField } from '../../secrets/index.ts';
import { databaseFailure } from '../source-failure.ts';
import { stopper } from '../stopper.ts';

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
const CANCEL_MS = 5_000;

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
    ...(settings.tls === 'off' ? {} : { ssl: tlsOptions(settings) }),
    connectTimeout: CONNECT_MS,
    charset: 'utf8mb4',
  };
  const connection = mysql.createConnection(options);
  connection.on('error', () => {});
  const end = stopper(signal, () => cancel(connection, options));
  try {
    return await Promise.race([begun(connection).then(() => work(connection)), end.stopped]);
  } catch (thrown) {
    signal?.throwIfAborted();
    throw databaseFailure(wayOf(thrown), `${settings.host}:${settings.port}`, {
      unauthorized: /ACCESS_DENIED|ER_TABLEACCESS|ER_COLUMNACCESS/,
      hintOf: (code) => hints[code] ?? null,
    });
  } finally {
    end.forget();
    connection.destroy();
  }
}

/** A certificate is held against a name: for a bare address the library would ask for one of "localhost". */
function tlsOptions({ tls, host }: MysqlSettings): mysql.SslOptions {
  if (tls !== 'verified') return { rejectUnauthorized: false };
  if (isIP(host) === 0) return { rejectUnauthorized: true, verifyIdentity: true };
  throw new AssayError('sources/refused', `The certificate of the address ${host} cannot be verified`, {
    hint: 'Give the name of the host, the one in its certificate.',
  });
}

/** The library keeps only the words of a handshake that failed. */
function wayOf(thrown: unknown): unknown {
  if (!(thrown instanceof Error) || !('code' in thrown) || thrown.code !== 'HANDSHAKE_SSL_ERROR')
    return thrown;
  const [, code = 'EPROTO'] = handshakes.find(([words]) => words.test(thrown.message)) ?? [];
  return Object.assign(new Error(thrown.message), { code });
}

const handshakes: readonly (readonly [RegExp, string])[] = [
  [/self-signed|unable to (get|verify)/i, 'SELF_SIGNED_CERT_IN_CHAIN'],
  [/expired/i, 'CERT_HAS_EXPIRED'],
  [/not yet valid/i, 'CERT_NOT_YET_VALID'],
  [/altname/i, 'ERR_TLS_CERT_ALTNAME_INVALID'],
];

const hints: Record<string, string> = {
  HANDSHAKE_NO_SSL_SUPPORT: 'This server speaks no TLS: set it to off in the connection.',
  ER_SECURE_TRANSPORT_REQUIRED: 'Set TLS to on or verified in the connection.',
  ER_PARSE_ERROR: 'Give one SELECT, in the words of this server: nothing else is run there.',
  ER_BAD_DB_ERROR: 'Correct the name of the database in the connection.',
  ER_NO_SUCH_TABLE: 'Check the name of the table.',
};

async function begun(connection: mysql.Connection): Promise<void> {
  await connected(connection);
  await ask(connection, `SET time_zone = '+00:00'`);
  await ask(connection, 'START TRANSACTION READ ONLY');
}

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
  timeoutMs = 0,
): Promise<unknown[][]> {
  return new Promise((resolve, reject) => {
    const limit = timeoutMs === 0 ? {} : { timeout: timeoutMs };
    connection.query<mysql.RowDataPacket[][]>({ sql, values, rowsAsArray: true, ...limit }, (error, rows) => {
      if (error === null) resolve(Array.isArray(rows) ? rows : []);
      else reject(error);
    });
  });
}

/**
 * Refuses what gives no rows or does more than that: it is prepared, not run, in a place where only a query can stand.
 * Throws what the server says.
 */
export async function refuseOtherThanRows(connection: mysql.Connection, query: string): Promise<void> {
  const inPlace = `SELECT * FROM (${query.trim().replace(/;\s*$/, '')}\n) AS source`;
  await new Promise<void>((resolve, reject) => {
    connection.prepare(inPlace, (error, statement) => {
      // Two columns of one name are none in that place alone.
      if (error !== null && error.code !== 'ER_DUP_FIELDNAME') return reject(error);
      statement?.close();
      resolve();
    });
  });
}

/** MySQL stops a statement when it is asked on another connection. */
async function cancel(connection: mysql.Connection, options: mysql.ConnectionOptions): Promise<void> {
  const other = mysql.createConnection({ ...options, connectTimeout: CANCEL_MS });
  other.on('error', () => {});
  try {
    await connected(other);
    await ask(other, `KILL QUERY ${Math.trunc(connection.threadId)}`, [], CANCEL_MS);
  } catch {
    // The connection itself is closed in any case.
  } finally {
    other.end();
    connection.destroy();
  }
}
