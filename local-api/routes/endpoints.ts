import type { ModelRegistry } from '../../engine/models/index.ts';
import type { EndpointService } from '../../engine/serving/index.ts';
import type { api } from '../contract/index.ts';
import { answerHeaders, deadlineOf } from './endpoint-call.ts';
import type { Handlers } from './handler.ts';

export function servingEndpointRoutes(
  endpoints: EndpointService,
  models: Pick<ModelRegistry, 'resolve'>,
): Handlers<typeof api.endpoints> {
  return {
    list: async () => ({ items: await endpoints.list() }),
    create: ({ body }) => endpoints.create(body),
    get: ({ params }) => endpoints.get(params.name),
    update: ({ params, body }) => endpoints.update(params.name, body),
    delete: ({ params }) => endpoints.delete(params.name),
    changes: async ({ params, query }) => ({ items: await endpoints.changes(params.name, query) }),
    undo: ({ params, body }) => endpoints.undo(params.name, body),
    canary: ({ params, body }) => endpoints.commandCanary(params.name, body),
    stats: ({ params, query }) => endpoints.stats(params.name, query.windowSeconds),
    validation: ({ params }) => endpoints.validation(params.name),
    groundTruth: ({ params, body }) => endpoints.groundTruth(params.name, body),
    outcomes: ({ params, body }) => endpoints.outcomes(params.name, body),
    requests: ({ params, query }) => endpoints.requests(params.name, query),
    replay: ({ params, body, parentJobId }) => endpoints.replay(params.name, body, parentJobId),
    async predict({ params, body, requestId, header, setHeader, signal }) {
      const timeoutMs = deadlineOf(header('x-timeout-ms'));
      const answer = await endpoints.predict(params.name, body, { requestId, header, timeoutMs, signal });
      const headers = await answerHeaders(answer, models);
      for (const [name, value] of Object.entries(headers)) setHeader(name, value);
      return answer;
    },
  };
}
