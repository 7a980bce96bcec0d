import type { DatasetVersion } from '../../local-api/contract/index.ts';
import { nameOf } from './prepare-check.ts';
import type { SchemaStore } from './schema-store.ts';
import type { ValidationStore } from './validation-store.ts';

/**
 * What a training on a version should know: that the active schema of its dataset was not checked on it, or is broken. Where
 * the dataset asks for it, that is why the training must not start.
 */
export async function vet(
  { schemas, validations }: { schemas: SchemaStore; validations: ValidationStore },
  version: DatasetVersion,
): Promise<{ warnings: string[]; refusal: string | null }> {
  const { onTraining } = await schemas.settings(version.dataset);
  const active = onTraining === 'off' ? null : await schemas.find(version.dataset, null);
  if (active === null) return { warnings: [], refusal: null };
  const newest = await validations.newest(version.id);
  const name = nameOf(version);
  const isCurrent = newest?.schemaVersion === active.version;
  const fault =
    newest === null
      ? `${name} has not been checked by its schema.`
      : newest.verdict === 'failed'
        ? `${name} breaks ${newest.failed} rules of its schema (check ${newest.id}).`
        : isCurrent
          ? null
          : `${name} has not been checked by schema ${active.version}, the active one.`;
  const doubt =
    fault === null && newest?.verdict === 'warned'
      ? [`${name} breaks ${newest.warned} rules of its schema that only warn.`]
      : [];
  return onTraining === 'refuse' && fault !== null
    ? { warnings: doubt, refusal: fault }
    : { warnings: fault === null ? doubt : [fault], refusal: null };
}
