export type { ConnectionsService, ReadyConnection } from './connections-service.ts';
export { createConnectionsService } from './create-connections-service.ts';
export { HttpSettings, withCredentials } from './http/http-settings.ts';
export { ask, MysqlSettings, refuseOtherThanRows, withMysql } from './mysql/mysql-client.ts';
export { openObjects } from './object-store-kinds.ts';
export { PostgresSettings, withPostgres } from './postgres/postgres-client.ts';
export { asSourceFailure } from './source-failure.ts';
