import { AssayError } from '../../../engine/errors.ts';
import type { ModelRegistry } from '../../../engine/models/index.ts';
import type { ErrorCode } from '../../contract/index.ts';
import { type MlflowEndpoint, rpc } from './endpoint.ts';
import { invalidParameter, MlflowError } from './errors.ts';
import { recordOf, tags, unlessEmpty } from './fields.ts';
import { int64, item, message, repeated, required, text } from './message.ts';
import { checkKey, checkLength } from './names.ts';
import { byStage, modelAnswer, stageOf, versionJson, versionNumberOf } from './registry-json.ts';
import { searchModels } from './search/registry-search.ts';

const maxTagValue = 100_000;
const byName = message({ name: required(text()) });

export const registrySearch = message({
  filter: text(),
  max_results: int64(),
  order_by: repeated(item()),
  page_token: text(),
});

/** Throws INVALID_PARAMETER_VALUE. */
export function checkRegistryTag(key: string, value: string): void {
  checkKey('key', key);
  checkLength('value', value, maxTagValue);
}

/** Gives null for the error of this code. */
export async function unless<T>(code: ErrorCode, work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (thrown) {
    if (thrown instanceof AssayError && thrown.code === code) return null;
    throw thrown;
  }
}

/** `registered-models/…`: see docs/reference/mlflow-compatibility.md. */
export function registeredModelEndpoints(models: ModelRegistry): MlflowEndpoint[] {
  const base = '/mlflow/registered-models';
  const latest = message({ name: required(text()), stages: repeated(item()) });

  const latestVersions = async ({ name, stages }: { name: string; stages: string[] }) => {
    const wanted = new Set(stages.map(stageOf));
    await models.get(name);
    const found = (await models.details([name])).get(name)?.latestByStage ?? [];
    const chosen = found.filter(({ stage }) => wanted.size === 0 || wanted.has(stage)).toSorted(byStage);
    return unlessEmpty(
      'model_versions',
      chosen.map((version) => versionJson(version, { withAliases: true })),
    );
  };

  /** `latest` is no alias but the newest version. */
  const versionByAlias = async (name: string, alias: string) => {
    if (alias.toLowerCase() === 'latest') {
      const { latest: newest } = await models.get(name);
      if (newest !== null) return newest;
    }
    await models.get(name);
    const found = await unless('models/alias-not-found', models.getVersion(name, `@${alias}`));
    if (found === null) throw invalidParameter(`Registered model alias ${alias} not found.`);
    return found;
  };

  return [
    rpc(
      'POST',
      `${base}/create`,
      message({ name: required(text()), tags: tags(), description: text() }),
      async (input) => {
        const all = recordOf(input.tags);
        for (const [key, value] of Object.entries(all)) checkRegistryTag(key, value);
        const taken = await unless('models/not-found', models.get(input.name));
        if (taken !== null) {
          const kind = taken.kind === 'prompt' ? 'Prompt' : 'Registered Model';
          throw new MlflowError('RESOURCE_ALREADY_EXISTS', `${kind} (name=${input.name}) already exists.`);
        }
        const made = await models.create({
          name: input.name,
          description: input.description ?? '',
          tags: all,
        });
        return modelAnswer(models, made);
      },
    ),
    rpc('GET', `${base}/get`, byName, async ({ name }) => modelAnswer(models, await models.get(name))),
    rpc(
      'POST',
      `${base}/rename`,
      message({ name: required(text()), new_name: required(text()) }),
      async ({ name, new_name: newName }) => modelAnswer(models, await models.rename(name, newName)),
    ),
    rpc(
      'PATCH',
      `${base}/update`,
      message({ name: required(text()), description: text() }),
      async ({ name, description }) => modelAnswer(models, await models.update(name, { description })),
    ),
    rpc('DELETE', `${base}/delete`, byName, async ({ name }) => {
      await models.delete(name);
      return {};
    }),
    rpc('GET', `${base}/search`, registrySearch, (input) => searchModels(models, input)),
    rpc('POST', `${base}/get-latest-versions`, latest, latestVersions),
    rpc('GET', `${base}/get-latest-versions`, latest, latestVersions),
    rpc(
      'POST',
      `${base}/set-tag`,
      message({ name: required(text()), key: required(text()), value: text() }),
      async ({ name, key, value = '' }) => {
        checkRegistryTag(key, value);
        await models.setTag(name, null, key, value);
        return {};
      },
    ),
    rpc(
      'DELETE',
      `${base}/delete-tag`,
      message({ name: required(text()), key: required(text()) }),
      async ({ name, key }) => {
        await models.deleteTag(name, null, key);
        return {};
      },
    ),
    rpc(
      'POST',
      `${base}/alias`,
      message({ name: required(text()), alias: required(text()), version: required(text()) }),
      async ({ name, alias, version }) => {
        await models.setAlias(name, alias, versionNumberOf(version));
        return {};
      },
    ),
    rpc(
      'DELETE',
      `${base}/alias`,
      message({ name: required(text()), alias: required(text()) }),
      async ({ name, alias }) => {
        await unless('models/alias-not-found', models.deleteAlias(name, alias));
        return {};
      },
    ),
    rpc(
      'GET',
      `${base}/alias`,
      message({ name: required(text()), alias: required(text()) }),
      async ({ name, alias }) => ({
        model_version: versionJson(await versionByAlias(name, alias), { withAliases: true }),
      }),
    ),
  ];
}
