import type { ModelDetails, ModelRegistry, Stage } from '../../../engine/models/index.ts';
import type { Model, ModelVersion } from '../../contract/index.ts';
import { invalidParameter } from './errors.ts';
import { listOf, unlessEmpty } from './fields.ts';

const stageNames: Record<Stage, string> = {
  none: 'None',
  staging: 'Staging',
  production: 'Production',
  archived: 'Archived',
};
const stages = Object.keys(stageNames) as Stage[];

/** A stage by its name in any case. Throws INVALID_PARAMETER_VALUE. */
export function stageOf(name: string): Stage {
  const found = stages.find((stage) => stage === name.toLowerCase());
  if (found !== undefined) return found;
  throw invalidParameter(
    `Invalid Model Version stage: ${name.slice(0, 100)}. Value must be one of ${Object.values(stageNames).join(', ')}.`,
  );
}

/** The number of a version as it travels. Throws INVALID_PARAMETER_VALUE. */
export function versionNumberOf(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw invalidParameter(`Parameter 'version' must be an integer, got '${text.slice(0, 100)}'.`);
}

export function versionJson(version: ModelVersion, { withAliases }: { withAliases: boolean }): object {
  return {
    name: version.model,
    version: String(version.number),
    creation_timestamp: version.createdAtMs,
    last_updated_timestamp: version.updatedAtMs,
    current_stage: stageNames[version.stage],
    description: version.description,
    source: version.source,
    run_id: version.runId ?? '',
    ...(version.runLink === '' ? {} : { run_link: version.runLink }),
    // Clients wait for five minutes on whatever is not ready.
    status: 'READY',
    ...(version.loggedModelId === null ? {} : { model_id: version.loggedModelId }),
    ...unlessEmpty('tags', listOf(version.tags)),
    ...unlessEmpty('aliases', withAliases ? version.aliases : []),
  };
}

export function modelJson(model: Model, details: ModelDetails | undefined): object {
  const latest = (details?.latestByStage ?? []).toSorted(byStage);
  const aliases = (details?.aliases ?? []).map(({ alias, number }) => ({ alias, version: String(number) }));
  return {
    name: model.name,
    creation_timestamp: model.createdAtMs,
    last_updated_timestamp: model.updatedAtMs,
    ...(model.description === '' ? {} : { description: model.description }),
    ...unlessEmpty(
      'latest_versions',
      latest.map((version) => versionJson(version, { withAliases: false })),
    ),
    ...unlessEmpty('tags', listOf(model.tags)),
    ...unlessEmpty('aliases', aliases),
  };
}

export function byStage(a: ModelVersion, b: ModelVersion): number {
  return stages.indexOf(a.stage) - stages.indexOf(b.stage);
}

export async function modelAnswer(models: ModelRegistry, model: Model): Promise<object> {
  const details = await models.details([model.name]);
  return { registered_model: modelJson(model, details.get(model.name)) };
}
