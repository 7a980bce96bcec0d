import type { z } from 'zod';
import type { ModelRegistry } from '../../../engine/models/index.ts';
import type { TrackingService } from '../../../engine/tracking/index.ts';
import { type MlflowEndpoint, rpc } from './endpoint.ts';
import { invalidParameter } from './errors.ts';
import { recordOf, tags } from './fields.ts';
import { bool, message, required, text } from './message.ts';
import { checkRegistryTag, registrySearch } from './registered-models.ts';
import { stageOf, versionJson, versionNumberOf } from './registry-json.ts';
import { searchVersions } from './search/registry-search.ts';
import { checkPromptSource, resolveSource } from './version-source.ts';

const promptTag = 'mlflow.prompt.is_prompt';
/** Where a logged model keeps the versions that were made of it. */
const versionsTag = 'mlflow.modelVersions';

const named = { name: required(text()), version: required(text()) };
const one = message(named);
const newVersion = message({
  name: required(text()),
  source: required(text()),
  run_id: text(),
  run_link: text(),
  tags: tags(),
  description: text(),
  model_id: text(),
});

function orNull(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}

/** `model-versions/…`: see docs/reference/mlflow-compatibility.md. */
export function modelVersionEndpoints(models: ModelRegistry, tracking: TrackingService): MlflowEndpoint[] {
  const base = '/mlflow/model-versions';

  const create = async (input: z.output<typeof newVersion>) => {
    const all = recordOf(input.tags);
    for (const [key, value] of Object.entries(all)) checkRegistryTag(key, value);
    const isPrompt = all[promptTag]?.toLowerCase() === 'true';
    const [runId, modelId] = [orNull(input.run_id), orNull(input.model_id)];
    if (isPrompt) checkPromptSource(input.source);
    await models.get(input.name);
    const origin = isPrompt
      ? { storageLocation: null, runId }
      : await resolveSource({ models, tracking }, { source: input.source, runId, modelId });
    const version = await models.registerSource(input.name, {
      source: input.source,
      ...origin,
      runLink: input.run_link ?? '',
      loggedModelId: modelId,
      description: input.description ?? '',
      tags: all,
    });
    if (modelId !== null && !isPrompt) await noteVersion(tracking, modelId, version);
    return { model_version: versionJson(version, { withAliases: true }) };
  };

  return [
    rpc('POST', `${base}/create`, newVersion, create),
    rpc('GET', `${base}/get`, one, async ({ name, version }) => {
      const found = await models.getVersion(name, versionNumberOf(version));
      return { model_version: versionJson(found, { withAliases: true }) };
    }),
    rpc('PATCH', `${base}/update`, message({ ...named, description: text() }), async (input) => {
      const { name, version, description } = input;
      const updated = await models.updateVersion(name, versionNumberOf(version), { description });
      return { model_version: versionJson(updated, { withAliases: true }) };
    }),
    rpc(
      'POST',
      `${base}/transition-stage`,
      message({ ...named, stage: required(text()), archive_existing_versions: bool() }),
      async ({ name, version, stage: wanted, archive_existing_versions: archiveOthers = false }) => {
        const stage = stageOf(wanted);
        if (archiveOthers && stage !== 'staging' && stage !== 'production') {
          throw invalidParameter(
            `When archive_existing_versions is true, the stage has to be Staging or Production, not ${wanted}.`,
          );
        }
        const moved = await models.setStage(name, versionNumberOf(version), stage, { archiveOthers });
        return { model_version: versionJson(moved, { withAliases: true }) };
      },
    ),
    rpc('DELETE', `${base}/delete`, one, async ({ name, version }) => {
      await models.deleteVersion(name, versionNumberOf(version));
      return {};
    }),
    rpc('GET', `${base}/search`, registrySearch, (input) => searchVersions(models, input)),
    rpc('GET', `${base}/get-download-uri`, one, async ({ name, version }) => ({
      artifact_uri: await models.storageLocation(name, versionNumberOf(version)),
    })),
    rpc(
      'POST',
      `${base}/set-tag`,
      message({ ...named, key: required(text()), value: text() }),
      async ({ name, version, key, value = '' }) => {
        checkRegistryTag(key, value);
        await models.setTag(name, versionNumberOf(version), key, value);
        return {};
      },
    ),
    rpc(
      'DELETE',
      `${base}/delete-tag`,
      message({ ...named, key: required(text()) }),
      async ({ name, version, key }) => {
        await models.deleteTag(name, versionNumberOf(version), key);
        return {};
      },
    ),
  ];
}

/** Adds a version to the list that its logged model keeps in a tag; the client does the same from its side. */
async function noteVersion(
  tracking: TrackingService,
  modelId: string,
  version: { model: string; number: number },
): Promise<void> {
  const model = await tracking.loggedModel(modelId);
  if (model === null) return;
  const known = readVersions(model.tags[versionsTag]);
  const entry = { name: version.model, version: version.number };
  await tracking.updateLoggedModel(modelId, { tags: { [versionsTag]: JSON.stringify([...known, entry]) } });
}

function readVersions(text: string | undefined): unknown[] {
  try {
    const list: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}
