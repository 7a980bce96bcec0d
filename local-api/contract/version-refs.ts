import { z } from 'zod';

/** `version`: the field becomes an id. `dataset`: what stands after the @ becomes the number in `version` beside it. */
export type ReferenceKind = 'version' | 'dataset';

/** Fields that name a version of a dataset: they are resolved before anything else sees them. */
export const referenceFields = z.registry<{ kind: ReferenceKind }>();

const forms = 'its id, or flights@3, flights@latest, flights@production or flights@2026-11-01';

/** A field that names a version of a dataset. Who handles a request, and what is stored, sees the id. */
export function versionRef(what?: string): z.ZodString {
  return z
    .string()
    .min(1)
    .max(250)
    .describe(what === undefined ? `A dataset version: ${forms}` : `${what}; ${forms}`)
    .register(referenceFields, { kind: 'version' });
}

/** A field that names a dataset, beside a field `version`; with an @ it names both. */
export const DatasetRef = z
  .string()
  .min(1)
  .max(250)
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._ -]{0,127}(@[^@]*)?$/u, 'the name of a dataset, or one with a version')
  .describe('A dataset; with a version that is fixed now: flights@3, flights@production, flights@2026-11-01')
  .register(referenceFields, { kind: 'dataset' });

/** Path parameters of what is done with a version. */
export const byVersionRef = z.object({ versionId: versionRef() });
