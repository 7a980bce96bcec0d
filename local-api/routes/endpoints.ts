import { AssayError } from '../../engine/errors.ts';
import type { ModelRegistry } from '../../engine/models/index.ts';
import type { EndpointService } from '../../engine/serving/index.ts';
import type { api } from '../contract/index.ts';
import { deprecationHeaders } from './deprecation-headers.ts';
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
    groundTruth: ({ params, body }) => endpoints.groundTruth(params.name, body),
    outcomes: ({ params, body }) => endpoints.outcomes(params.name, body),
    requests: ({ params, query }) => endpoints.requests(params.name, query),
    replay: ({ params, body, signal }) => endpoints.replay(params.name, body, signal),
    async predict({ params, body, requestId, header, setHeader, signal }) {
      const timeoutMs = deadlineOf(header('x-timeout-ms'));
      const answer = await endpoints.predict(params.name, body, { requestId, header, timeoutMs, signal });
      const versions = answer.members ?? [answer];
      setHeader('X-Assay-Arm', answer.arm);
      setHeader('X-Assay-Version', versions.map(({ version }) => version).join(', '));
      if (answer.isCached) setHeader('X-Assay-Cache', 'hit');
      for (const { model, version } of versions) {
        const headers = deprecationHeaders(await models.resolve(`${model}/${version}`));
        for (const [name, value] of Object.entries(headers)) setHeader(name, value);
      }
      return answer;
    },
  };
}

const longestDeadlineMs = 600_000;

function deadlineOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const milliseconds = Number(text);
  if (Number.isInteger(milliseconds) && milliseconds >= 1 && milliseconds <= longestDeadlineMs)
    return milliseconds;
  const expected = `a whole number of milliseconds, 1 to ${longestDeadlineMs}`;
  throw new AssayError('request/invalid', `x-timeout-ms is not ${expected}.`, {
    problems: [{ path: 'x-timeout-ms', message: `is "${text.slice(0, 60)}"`, expected }],
  });
}
