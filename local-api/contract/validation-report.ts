import { z } from 'zod';
import { FoldScheme } from './recipe/validation.ts';

/** A metric over the folds. */
export const FoldSummary = z.object({
  mean: z.number(),
  sd: z.number().nullable().describe('Of the folds (n − 1); null for a single one'),
  se: z
    .number()
    .nullable()
    .describe(
      'Standard error of the mean, corrected for folds that share training rows; null for a single one',
    ),
  low: z.number().nullable().describe('Lower end of the 95 % interval of the mean'),
  high: z.number().nullable(),
});
export type FoldSummary = z.infer<typeof FoldSummary>;

export const FoldReport = z.object({
  repeat: z.int(),
  fold: z.int(),
  rows: z.object({
    training: z.int(),
    stopping: z.int().describe('Taken from the training rows to stop early on'),
    held: z.int(),
  }),
  metrics: z.record(z.string(), z.number()),
  rounds: z.number().nullable().describe('Trees or epochs kept'),
});
export type FoldReport = z.infer<typeof FoldReport>;

/** What a cross-validated run keeps in `validation.json`. */
export const ValidationReport = z
  .object({
    scheme: z.union([FoldScheme, z.object({ kind: z.literal('holdout') })]),
    folds: z.array(FoldReport),
    metrics: z.record(z.string(), FoldSummary),
    interval: z.string().describe('How standard errors and intervals were computed'),
    finalRounds: z
      .number()
      .nullable()
      .describe(
        'Trees or epochs of the final model: the median of the folds; null where the trainer decides',
      ),
  })
  .meta({ id: 'ValidationReport' });
export type ValidationReport = z.infer<typeof ValidationReport>;
