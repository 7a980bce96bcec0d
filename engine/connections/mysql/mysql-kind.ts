import { good } from '../../http/index.ts';
import { defineConnectionKind } from '../connection-kind.ts';
import { ask, MysqlSettings, mysqlAddress, withMysql } from './mysql-client.ts';

export const mysqlKind = defineConnectionKind({
  kind: 'mysql',
  title: 'MySQL, MariaDB',
  description:
    'Tables and queries of MySQL, MariaDB and what speaks like them. Nothing is ever written there.',
  reads: 'tables',
  schema: MysqlSettings,
  address: mysqlAddress,
  check: (settings, { signal }) =>
    withMysql(settings, signal, async (connection) => {
      const [row] = await ask(connection, 'SELECT version()');
      return [
        good('connection', `${settings.host}:${settings.port} answers: version ${row?.[0] ?? 'unknown'}.`),
        good('credentials', `"${settings.user}" may use the database "${settings.database}".`),
      ];
    }),
  items: (settings, prefix, most, { signal }) =>
    withMysql(settings, signal, async (connection) => {
      const rows = await ask(
        connection,
        `SELECT table_name, table_type FROM information_schema.tables
         WHERE table_schema = database() AND left(table_name, char_length(?)) = ? ORDER BY table_name LIMIT ?`,
        [prefix, prefix, most],
      );
      return rows.map(([name, type]) => ({
        name: String(name),
        kind: String(type).includes('VIEW') ? ('view' as const) : ('table' as const),
      }));
    }),
});
