import type { TrackingService } from '../../engine/tracking/index.ts';
import type { api } from '../contract/index.ts';
import type { Handlers } from './handler.ts';

export function viewRoutes(tracking: TrackingService): Handlers<typeof api.views> {
  return {
    list: ({ query }) => tracking.listViews(query),
    create: ({ body }) => tracking.createView(body),
    get: ({ params }) => tracking.getView(params.viewId),
    update: ({ params, body }) => tracking.updateView(params.viewId, body),
    delete: ({ params }) => tracking.deleteView(params.viewId),
    restore: ({ params }) => tracking.restoreView(params.viewId),
  };
}
