import type { ArtifactStore } from '../../engine/artifacts/index.ts';
import type { BundleService } from '../../engine/bundles/index.ts';
import type { ModelRegistry } from '../../engine/models/index.ts';
import { withOnnx } from '../../engine/onnx/index.ts';
import type { ServingService } from '../../engine/serving/index.ts';
import type { api } from '../contract/index.ts';
import { deprecationHeaders } from './deprecation-headers.ts';
import type { Handlers } from './handler.ts';

export function modelRoutes(
  models: ModelRegistry,
  artifacts: ArtifactStore,
  bundles: BundleService,
): Handlers<typeof api.models> {
  return {
    list: ({ query }) => models.list(query),
    create: ({ body }) => models.create(body),
    get: ({ params }) => models.get(params.model),
    update: ({ params, body }) => models.update(params.model, body),
    delete: ({ params }) => models.delete(params.model),
    versions: ({ params, query }) => models.listVersions(params.model, query),
    register: ({ params, body }) => models.register(params.model, body),
    proposal: ({ params, query }) => models.propose(params.model, query.runId),
    version: ({ params }) => models.getVersion(params.model, params.version),
    updateVersion: ({ params, body }) => models.updateVersion(params.model, params.version, body),
    deleteVersion: ({ params }) => models.deleteVersion(params.model, params.version),
    setAlias: ({ params, body }) => models.setAlias(params.model, params.alias, body.version),
    deleteAlias: ({ params }) => models.deleteAlias(params.model, params.alias),
    file: async ({ params }) => {
      const version = withOnnx(await models.getVersion(params.model, params.version));
      const { digest, sizeBytes } = version;
      const name = `${version.model}-${version.version}.onnx`;
      return { name, digest, sizeBytes, ownsChunks: true, open: (range) => artifacts.open(digest, range) };
    },
    export: ({ params: { model, version }, body: { format, ...options }, parentJobId }) =>
      format === 'folder'
        ? models.export(model, version, options, parentJobId)
        : bundles.export(model, version, { ...options, format }, parentJobId),
  };
}

export function modelCardRoutes(models: ModelRegistry): Handlers<typeof api.modelCards> {
  return {
    get: ({ params }) => models.card(params.model, params.version),
    update: ({ params, body }) => models.updateCard(params.model, params.version, body.fields),
  };
}

export function predictionRoutes(
  serving: ServingService,
  models: Pick<ModelRegistry, 'resolve'>,
): Handlers<typeof api.predictions> {
  return {
    async predict({ body, signal, setHeader }) {
      const answer = await serving.predict(body, signal);
      const answered = await models.resolve(`${answer.model}/${answer.version}`);
      for (const [name, value] of Object.entries(deprecationHeaders(answered))) setHeader(name, value);
      return answer;
    },
  };
}
