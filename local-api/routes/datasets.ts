import type { DataService } from '../../engine/data/index.ts';
import type { api } from '../contract/index.ts';
import type { Handlers } from './handler.ts';

export function datasetRoutes(data: DataService): Handlers<typeof api.datasets> {
  return {
    list: ({ query }) => data.list(query),
    preview: ({ body, signal }) => data.preview(body.source, body.options, body.limit, signal),
    import: ({ body, parentJobId }) => data.import(body, parentJobId),
    get: ({ params }) => data.get(params.dataset),
    update: ({ params, body }) => data.update(params.dataset, body),
    versions: ({ params, query }) => data.listVersions(params.dataset, query),
    version: ({ params }) => data.getVersion(params.versionId),
    rows: ({ params, query }) => data.rows(params.versionId, query.offset, query.limit),
    badRows: ({ params, query }) => data.badRows(params.versionId, query.offset, query.limit),
    deleteVersion: ({ params }) => data.deleteVersion(params.versionId),
  };
}

export function uploadRoutes(data: DataService): Handlers<typeof api.uploads> {
  return {
    create: ({ query, body }) => data.receiveUpload(query.name, body),
  };
}
