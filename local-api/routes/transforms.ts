import type { TransformService } from '../../engine/transforms/index.ts';
import type { api } from '../contract/index.ts';
import type { Handlers } from './handler.ts';

export function transformRoutes(transforms: TransformService): Handlers<typeof api.transforms> {
  return {
    list: ({ query }) => transforms.list(query),
    create: ({ body }) => transforms.save(body),
    check: ({ body }) => transforms.check(body.definition),
    preview: ({ body: { definition, ...how } }) => transforms.preview(definition, how),
    get: ({ params }) => transforms.get(params.transform),
    update: ({ params, body }) => transforms.update(params.transform, body),
    delete: ({ params }) => transforms.delete(params.transform),
    versions: async ({ params }) => ({ items: await transforms.versions(params.transform) }),
    runs: ({ params, query }) => transforms.runs(params.transform, query),
    run: ({ params, body, parentJobId }) => transforms.run(params.transform, { ...body, parentJobId }),
    getRun: ({ params }) => transforms.getRun(params.runId),
  };
}
