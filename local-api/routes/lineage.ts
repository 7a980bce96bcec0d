import type { LineageService } from '../../engine/lineage/index.ts';
import type { api } from '../contract/index.ts';
import type { Handlers } from './handler.ts';

export function lineageRoutes(lineage: LineageService): Handlers<typeof api.lineage> {
  return {
    get: ({ query }) => lineage.get(query),
    columns: ({ query }) => lineage.columns(query),
    server: () => lineage.server(),
    setKey: ({ body }) => lineage.setKey(body.key),
    openLineage: ({ query }) => lineage.openLineage(query),
  };
}
