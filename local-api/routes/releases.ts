import type { ReleaseService } from '../../engine/models/index.ts';
import type { api } from '../contract/index.ts';
import type { Handlers } from './handler.ts';

export function releaseRoutes(releases: ReleaseService): Handlers<typeof api.releases> {
  return {
    board: async ({ params }) => ({ environments: await releases.board(params.model) }),
    history: ({ params, query }) => releases.history(params.model, query),
    promote: ({ params, body, parentJobId }) => releases.promote(params.model, body, parentJobId),
    rollback: ({ params, body }) => releases.rollback(params.model, body),
    withdraw: ({ params, body }) => releases.withdraw(params.model, body),
    approve: ({ params, body }) => releases.approve(params.model, body),
    deprecate: ({ params, body }) => releases.deprecate(params.model, params.version, body),
    undeprecate: ({ params }) => releases.undeprecate(params.model, params.version),
    setPolicy: ({ params, body }) => releases.setPolicy(params.model, params.environment, body),
    deletePolicy: ({ params }) => releases.deletePolicy(params.model, params.environment),
    runGates: ({ params, body, parentJobId }) =>
      releases.runGates(params.model, params.version, body.environment, parentJobId),
    gateReports: ({ params, query }) => releases.gateReports(params.model, query),
    gateReport: ({ params }) => releases.gateReport(params.reportId),
  };
}
