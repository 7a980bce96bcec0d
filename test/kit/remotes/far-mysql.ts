import { type Connection, createServer } from 'mysql2';
import { onTestFinished } from 'vitest';
import { freePort } from '../free-port.ts';

/** The rows of a statement, an error of the server, or nothing ever. */
export type FarMysqlAnswer =
  | { columns: Record<string, FarColumn>; rows: (string | null)[][] }
  | { error: { code: number; message: string } }
  | 'silence';
/** Numbers as the protocol has them; what is left out is that of a text. */
export type FarColumn = { type: number; flags?: number; decimals?: number; length?: number };
export type FarMysql = { port: number; seen: string[] };

const UTF8MB4 = 45;
const MANY_BYTES = 1024;
/** All but TLS. */
const CAPABILITIES = 0xf7ff;
const accessDenied = { code: 1045, message: "Access denied for user 'locked'@'localhost'" };
const duplicateColumn = { code: 1060, message: "Duplicate column name 'a'" };

/**
 * What speaks as a MySQL server does, in this process, gone after the test. It takes the settings of a session, turns
 * the user "locked" away, and finds two columns of one name in everything that is prepared.
 */
export async function farMysql(answer: (sql: string) => FarMysqlAnswer): Promise<FarMysql> {
  const far: FarMysql = { port: await freePort(), seen: [] };
  const server = createServer(() => {});
  const connections: Connection[] = [];
  server.on('connection', (connection: Connection) => {
    connections.push(connection);
    connection.on('error', () => {});
    connection.serverHandshake({
      protocolVersion: 10,
      serverVersion: '8.4.0-test',
      connectionId: connections.length,
      statusFlags: 2,
      characterSet: UTF8MB4,
      capabilityFlags: CAPABILITIES,
      authCallback: ({ user }: { user: string }, done: (error: null, refusal: object | null) => void) =>
        answered(connection, () => done(null, user === 'locked' ? accessDenied : null)),
    });
    connection.on('stmt_prepare', (sql: string) => {
      far.seen.push(sql);
      answered(connection, () => {
        if (sql.startsWith('SET')) writeOk(connection);
        else connection.writeError(duplicateColumn);
      });
    });
    connection.on('query', (sql: string) => {
      far.seen.push(sql);
      answered(connection, () => {
        if (/^(START|KILL)/.test(sql)) writeOk(connection);
        else write(connection, answer(sql));
      });
    });
  });
  server.listen(far.port);
  onTestFinished(() => {
    for (const connection of connections) connection.destroy();
    server.close(() => null);
  });
  return far;
}

/** The library numbers the packets of a command, but as a server never begins anew. */
function answered(connection: Connection, answer: () => void): void {
  answer();
  Object.assign(connection, { sequenceId: 0 });
}

function writeOk(connection: Connection): void {
  connection.writeOk({ affectedRows: 0 });
}

function write(connection: Connection, answer: FarMysqlAnswer): void {
  if (answer === 'silence') return;
  if ('error' in answer) {
    connection.writeError(answer.error);
    return;
  }
  const columns = Object.entries(answer.columns).map(([name, { type, flags, decimals, length }]) => ({
    catalog: 'def',
    schema: 'shop',
    table: 'rows',
    orgTable: 'rows',
    name,
    orgName: name,
    characterSet: UTF8MB4,
    columnLength: length ?? MANY_BYTES,
    columnType: type,
    flags: flags ?? 0,
    decimals: decimals ?? 0,
  }));
  const rows = answer.rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, row[i]])));
  connection.writeTextResult(rows, columns);
}
