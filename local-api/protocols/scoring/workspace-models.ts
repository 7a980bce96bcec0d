import type { ModelRegistry } from '../../../engine/models/index.ts';
import type { ServingService } from '../../../engine/serving/index.ts';
import { deprecationHeaders } from '../../routes/deprecation-headers.ts';
import type { ScoringModels } from './models.ts';

const page = { limit: 1000 };

/** The models of a workspace that hold an ONNX file. */
export function workspaceModels(
  models: Pick<ModelRegistry, 'list' | 'listVersions' | 'resolve'>,
  serving: ServingService,
): ScoringModels {
  const { describe, score, warm, unload } = serving;
  return {
    describe,
    score,
    warm,
    unload,
    async list() {
      const found: { name: string; version: string }[] = [];
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const { items, nextCursor } = await models.list(cursor === undefined ? page : { ...page, cursor });
        for (const { name, latest } of items)
          if (latest !== null && latest.digest !== null) found.push({ name, version: latest.version });
        cursor = nextCursor;
      }
      return found.sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    async versions(name) {
      const { items } = await models.listVersions(name, page);
      return items.filter(({ digest }) => digest !== null).map(({ version }) => version);
    },
    notices: async ({ model, version }) => deprecationHeaders(await models.resolve(`${model}/${version}`)),
  };
}
