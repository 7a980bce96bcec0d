import type { TracingService } from '../../engine/tracing/index.ts';
import type { api } from '../contract/index.ts';
import type { Handlers } from './handler.ts';

export function traceRoutes(tracing: TracingService): Handlers<typeof api.traces> {
  return {
    list: ({ query }) => tracing.list(query),
    get: ({ params }) => tracing.get(params.traceId),
    spans: async ({ params }) => ({ items: await tracing.spans(params.traceId) }),
  };
}
