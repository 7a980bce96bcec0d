import type { TracingService } from '../../engine/tracing/index.ts';
import type { api } from '../contract/index.ts';
import type { Handlers } from './handler.ts';

export function traceRoutes(tracing: TracingService): Handlers<typeof api.traces> {
  return {
    list: ({ query }) => tracing.list(query),
    count: async ({ query }) => ({ count: await tracing.count(query.filter) }),
    get: ({ params }) => tracing.get(params.traceId),
    spans: async ({ params }) => ({ items: await tracing.spans(params.traceId) }),
    outline: async ({ params }) => ({ items: await tracing.outline(params.traceId) }),
    span: ({ params }) => tracing.span(params.traceId, params.spanId),
    update: ({ params, body }) => tracing.updateTags(params.traceId, body.setTags, body.removeTags),
    delete: async ({ body }) => ({ deleted: await tracing.deleteMany(body.traceIds) }),
    assess: ({ params, body }) =>
      tracing.addAssessment(params.traceId, {
        ...body,
        value: body.value ?? null,
        error: null,
        runId: null,
        overrides: null,
        valid: true,
      }),
    updateAssessment: ({ params, body }) =>
      tracing.updateAssessment(params.traceId, params.assessmentId, withoutUndefined(body)),
    deleteAssessment: ({ params }) => tracing.deleteAssessment(params.traceId, params.assessmentId),
  };
}

/** What was left out of a patch stays as it is. */
function withoutUndefined<T extends object>(patch: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
