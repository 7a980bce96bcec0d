import { z } from 'zod';
import { ColumnType, Histogram } from './datasets.ts';

/** Method ids. Numbers: psi, ks, js, wasserstein. Categories: psi, chi2, js. */
export const DriftMethod = z.enum(['psi', 'ks', 'chi2', 'js', 'wasserstein']);
export type DriftMethod = z.infer<typeof DriftMethod>;

/**
 * Thresholds where a request gives none, as Evidently has them. Of the score for psi, js and wasserstein; of the p-value
 * for ks and chi2.
 */
export const defaultDriftThresholds: Readonly<Record<DriftMethod, number>> = {
  psi: 0.1,
  ks: 0.05,
  chi2: 0.05,
  js: 0.1,
  wasserstein: 0.1,
};

export const DriftResult = z.object({
  method: DriftMethod,
  score: z
    .number()
    .describe(
      'psi: index; ks: D; chi2: statistic; js: distance, natural log; wasserstein: W1 / reference std',
    ),
  pValue: z.number().nullable().describe('ks and chi2; null where the method has none'),
  threshold: z.number().describe('Of the score for psi, js and wasserstein; of the p-value for ks and chi2'),
  drifted: z.boolean(),
});
export type DriftResult = z.infer<typeof DriftResult>;

export const ColumnDrift = z.object({
  name: z.string(),
  type: ColumnType,
  kind: z.enum(['number', 'category']),
  method: DriftMethod.describe('The method that decides'),
  score: z.number(),
  pValue: z
    .number()
    .nullable()
    .describe(
      'Of the significance test that goes with the verdict, corrected for the number of columns (Benjamini–Hochberg)',
    ),
  threshold: z.number(),
  drifted: z.boolean(),
  reason: z.string().describe('The verdict in a sentence'),
  results: z.array(DriftResult).describe('Every method that applies to the column'),
  reference: z.object({
    count: z.int(),
    missing: z.int(),
    mean: z.number().nullable(),
    std: z.number().nullable(),
  }),
  current: z.object({
    count: z.int(),
    missing: z.int(),
    mean: z.number().nullable(),
    std: z.number().nullable(),
  }),
  distribution: z
    .discriminatedUnion('kind', [
      z.object({
        kind: z.literal('histogram'),
        edges: Histogram.shape.edges,
        reference: z.array(z.number()),
        current: z.array(z.number()),
      }),
      z.object({
        kind: z.literal('categories'),
        labels: z.array(z.string()),
        reference: z.array(z.number()),
        current: z.array(z.number()),
      }),
    ])
    .describe('Shares of each side, 0 to 1'),
});
export type ColumnDrift = z.infer<typeof ColumnDrift>;
