import type { ExperimentRecord } from '../../../engine/tracking/index.ts';
import { invalidParameter } from './errors.ts';
import { listOf, unlessEmpty } from './fields.ts';

/** The tag of an experiment that is its description here. */
export const descriptionTag = 'mlflow.note.content';

export function experimentJson(record: ExperimentRecord): object {
  const all =
    record.description === '' ? record.tags : { ...record.tags, [descriptionTag]: record.description };
  return {
    experiment_id: record.id,
    name: record.name,
    artifact_location: record.artifactLocation,
    lifecycle_stage: record.lifecycle,
    last_update_time: record.updatedAtMs,
    creation_time: record.createdAtMs,
    ...unlessEmpty('tags', listOf(all)),
  };
}

/** Throws INVALID_PARAMETER_VALUE for what is no number, as MLflow's database does. */
export function experimentIdOf(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw invalidParameter(`Invalid experiment ID "${text.slice(0, 100)}": it has to be an integer.`);
}
