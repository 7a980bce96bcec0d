import type { ConnectionsService } from '../../engine/connections/index.ts';
import type { api } from '../contract/index.ts';
import type { Handlers } from './handler.ts';

export function connectionRoutes(connections: ConnectionsService): Handlers<typeof api.connections> {
  return {
    kinds: async () => ({ items: connections.kinds() }),
    list: async () => ({ items: await connections.list() }),
    create: ({ body }) => connections.create(body),
    test: ({ body, signal }) => connections.test(body, signal),
    get: ({ params }) => connections.get(params.connection),
    update: ({ params, body }) => connections.update(params.connection, body),
    delete: ({ params }) => connections.delete(params.connection),
    check: ({ params, signal }) => connections.check(params.connection, signal),
    tables: ({ params, query, signal }) => connections.tables(params.connection, query.prefix, signal),
  };
}
