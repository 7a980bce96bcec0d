import type { DataService } from '../../engine/data/index.ts';
import type { DataExportService } from '../../engine/data-export/index.ts';
import type { DatasetDiffService } from '../../engine/dataset-diff/index.ts';
import type { DatasetRemotes } from '../../engine/dataset-remotes/index.ts';
import type { api } from '../contract/index.ts';
import type { Handlers } from './handler.ts';

export function datasetVersionRoutes(data: DataService): Handlers<typeof api.datasetVersions> {
  return {
    resolve: ({ query }) => data.resolveVersion(query.ref),
    update: ({ params, body }) => data.updateVersion(params.versionId, body),
    setAlias: ({ params, body }) => data.setAlias(params.dataset, params.alias, body.version),
    deleteAlias: ({ params }) => data.deleteAlias(params.dataset, params.alias),
    deleted: ({ query }) => data.listDeletedVersions(query),
    restore: ({ params }) => data.restoreVersion(params.versionId),
  };
}

export function datasetDiffRoutes(diffs: DatasetDiffService): Handlers<typeof api.datasetDiffs> {
  return {
    create: ({ params, body, parentJobId }) => diffs.start(params.versionId, body, parentJobId),
    find: async ({ query }) => ({ items: await diffs.find(query.base, query.other) }),
    get: ({ params }) => diffs.get(params.diffId),
    rows: ({ params, query }) => diffs.rows(params.diffId, query.kind, query.offset, query.limit),
  };
}

export function dataExportRoutes(exports: DataExportService): Handlers<typeof api.dataExports> {
  return {
    create: ({ params, body, parentJobId }) =>
      exports.start({ kind: 'version', versionId: params.versionId }, body, parentJobId),
    createOf: ({ body: { source, ...request }, parentJobId }) => exports.start(source, request, parentJobId),
    download: async ({ params }) => ({ ...(await exports.find(params.exportId)), ownsChunks: true }),
  };
}

export function datasetRemoteRoutes(remotes: DatasetRemotes): Handlers<typeof api.datasetRemotes> {
  return {
    list: async ({ params }) => ({ items: await remotes.list(params.target) }),
    push: ({ params, body, parentJobId }) => remotes.push(params.versionId, body.target, parentJobId),
    pull: ({ params, body, parentJobId }) => remotes.pull(params.target, body, parentJobId),
  };
}
