import type { RunObjects } from '../../engine/run-objects/index.ts';
import type { TrackingService } from '../../engine/tracking/index.ts';
import type { api } from '../contract/index.ts';
import type { Handlers } from './handler.ts';

export function runObjectRoutes(
  objects: RunObjects,
  tracking: TrackingService,
): Handlers<typeof api.runObjects> {
  return {
    list: ({ params, query }) => tracking.listObjects(params.runId, query),
    steps: ({ params, query }) => tracking.objectSteps(params.runId, query),
    log: async ({ params, body }) => ({ items: await objects.log(params.runId, body.objects) }),
    table: ({ params, query }) => objects.table(params.runId, query),
    zip: async ({ params, query }) => {
      const { open, ...zip } = await objects.zip(params.runId, query.path);
      return { ...zip, contentType: 'application/zip', isWhole: true, open: async () => open() };
    },
  };
}
