import { z } from 'zod';
import { Digest } from '../../local-api/contract/index.ts';

/**
 * `lineage.json` of a bundle: what is known of a version besides its model, as far as it does not change any more. Tags and
 * aliases stay where they are set: they are not of the version itself.
 */
export const Lineage = z.object({
  description: z.string(),
  trainer: z.string(),
  metrics: z.record(z.string(), z.number()),
  run: z
    .object({
      id: z.string(),
      name: z.string(),
      source: z.string(),
      startedAtMs: z.int(),
      endedAtMs: z.int().nullable(),
      params: z.record(z.string(), z.string()),
      /** The commit of the code that it ran, where that is known. */
      commit: z.string().nullable(),
    })
    .nullable(),
  /** What the run was trained on. */
  dataset: z
    .object({
      name: z.string(),
      /** Of the Parquet snapshot of a dataset of Assay; of another tracker's data as that tracker names it. */
      digest: z.union([Digest, z.string()]),
      version: z.int().nullable(),
      rows: z.int().nullable(),
    })
    .nullable(),
});
export type Lineage = z.infer<typeof Lineage>;
