import type { ModelRegistry } from '../../../engine/models/index.ts';
import type { ServingService } from '../../../engine/serving/index.ts';
import { deprecationHeaders } from '../../routes/deprecation-headers.ts';
import type { Listed, ScoringModels } from './models.ts';

const page = { limit: 1000 };

/** The models of a workspace that hold an ONNX file. */
export function workspaceModels(
  models: Pick<ModelRegistry, 'list' | 'listVersions' | 'resolve'>,
  serving: ServingService,
): ScoringModels {
  const { warm, unload } = serving;
  return {
    warm,
    unload,
    describe: async (ref) => ({ kind: 'model', isReady: true, ...(await serving.describe(ref)) }),
    async answer(ref, { encode }, { signal }) {
      const scored = await serving.score(ref, encode, signal);
      const version = await models.resolve(`${scored.model}/${scored.version}`);
      return { scored, headers: deprecationHeaders(version) };
    },
    async list() {
      const found: Listed[] = [];
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const { items, nextCursor } = await models.list(cursor === undefined ? page : { ...page, cursor });
        for (const { name, latest } of items)
          if (latest !== null && latest.digest !== null)
            found.push({ name, version: latest.version, isReady: true });
        cursor = nextCursor;
      }
      return found.sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    async versions(name) {
      const { items } = await models.listVersions(name, page);
      return items.filter(({ digest }) => digest !== null).map(({ version }) => version);
    },
  };
}
