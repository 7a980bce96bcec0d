import type { DriftService } from '../../engine/monitoring/index.ts';
import type { api } from '../contract/index.ts';
import type { Handlers } from './handler.ts';

export function driftReportRoutes(drift: DriftService): Handlers<typeof api.driftReports> {
  return {
    list: ({ query }) => drift.list(query),
    create: ({ body, parentJobId }) => drift.start(body, parentJobId),
    look: ({ body }) => drift.look(body.window, body.model),
    get: ({ params }) => drift.get(params.reportId),
    delete: ({ params }) => drift.delete(params.reportId),
  };
}
