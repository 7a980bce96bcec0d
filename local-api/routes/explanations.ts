import type { ExplanationService } from '../../engine/explain/index.ts';
import type { api } from '../contract/index.ts';
import type { Handlers } from './handler.ts';

export function explanationRoutes(explanations: ExplanationService): Handlers<typeof api.explanations> {
  return {
    list: ({ query }) => explanations.list(query),
    create: ({ body, parentJobId }) => explanations.start(body, parentJobId),
    get: ({ params }) => explanations.get(params.explanationId),
    delete: ({ params }) => explanations.delete(params.explanationId),
    rows: ({ body, signal }) => explanations.rows(body, signal),
  };
}
