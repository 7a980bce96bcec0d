import type { TrackingService } from '../../engine/tracking/index.ts';
import type { api } from '../contract/index.ts';
import type { Handlers } from './handler.ts';

export function experimentRoutes(tracking: TrackingService): Handlers<typeof api.experiments> {
  return {
    list: ({ query }) => tracking.listExperiments(query),
    create: ({ body }) => tracking.createExperiment(body),
    get: ({ params }) => tracking.getExperiment(params.experimentId),
    update: ({ params, body }) => tracking.updateExperiment(params.experimentId, body),
    delete: ({ params }) => tracking.deleteExperiment(params.experimentId),
    restore: ({ params }) => tracking.restoreExperiment(params.experimentId),
  };
}
