import { good } from '../../http/index.ts';
import { defineConnectionKind } from '../connection-kind.ts';
import { PostgresSettings, postgresAddress, withPostgres } from './postgres-client.ts';

export const postgresKind = defineConnectionKind({
  kind: 'postgres',
  title: 'PostgreSQL',
  description: 'Tables and queries of PostgreSQL and what speaks like it. Nothing is ever written there.',
  reads: 'tables',
  schema: PostgresSettings,
  address: postgresAddress,
  async check(settings, { signal }) {
    return withPostgres(settings, signal, async (client) => {
      const { rows } = await client.query<{ version: string }>('SELECT version()');
      const version = rows[0]?.version.split(' on ')[0] ?? 'It';
      return [
        good('connection', `${settings.host}:${settings.port} answers: ${version}.`),
        good('credentials', `"${settings.user}" may use the database "${settings.database}".`),
      ];
    });
  },
  async items(settings, prefix, most, { signal }) {
    return withPostgres(settings, signal, async (client) => {
      const { rows } = await client.query<{ name: string; type: string }>(
        `SELECT CASE WHEN table_schema = 'public' THEN table_name ELSE table_schema || '.' || table_name END AS name,
                table_type AS type
         FROM information_schema.tables
         WHERE table_schema NOT IN ('pg_catalog', 'information_schema')
           AND starts_with(CASE WHEN table_schema = 'public' THEN table_name ELSE table_schema || '.' || table_name END, $1)
         ORDER BY table_schema <> 'public', table_schema, table_name LIMIT $2`,
        [prefix, most],
      );
      return rows.map(({ name, type }) => ({
        name,
        kind: type === 'VIEW' ? ('view' as const) : ('table' as const),
      }));
    });
  },
});
