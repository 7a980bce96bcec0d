import { z } from 'zod';
import { ColumnType } from './columns.ts';
import { DriftMethod } from './drift-methods.ts';
import { EmbeddingMethod } from './embedding-drift.ts';

/**
 * Who decides where no method is chosen. honest: significance, corrected for the number of columns, and effect size; the others
 * choose a method a column as the project of that name does.
 */
export const DriftPreset = z.enum(['honest', 'evidently', 'nannyml', 'whylogs']);
export type DriftPreset = z.infer<typeof DriftPreset>;

/** What people are told of a column. */
export const DriftLevel = z.enum(['drifted', 'minor', 'none', 'too-few']);
export type DriftLevel = z.infer<typeof DriftLevel>;

/** When a whole window counts as drifted. */
export const DriftRule = z.discriminatedUnion('by', [
  z.object({ by: z.literal('any') }).describe('One drifted column is enough'),
  z.object({ by: z.literal('share'), share: z.number().min(0).max(1) }),
  z.object({ by: z.literal('count'), count: z.int().min(1) }),
]);
export type DriftRule = z.infer<typeof DriftRule>;

/** By preset, where a request names no rule; a corrected verdict needs no second mercy. */
export const defaultDriftRules: Readonly<Record<DriftPreset, DriftRule>> = {
  honest: { by: 'any' },
  evidently: { by: 'share', share: 0.5 },
  nannyml: { by: 'any' },
  whylogs: { by: 'any' },
};

/** How columns are measured and judged; part of every request that compares. */
export const DriftSettings = z.object({
  preset: DriftPreset.default('honest'),
  methods: z
    .record(z.string(), DriftMethod)
    .default({})
    .describe('Method by column: it decides there instead of the preset, without correction'),
  embeddingMethods: z
    .record(z.string(), EmbeddingMethod)
    .default({})
    .describe('Method by embedding: it decides there instead of the preset'),
  thresholds: z.record(z.string(), z.number().positive()).default({}).describe('Threshold by method'),
  columnThresholds: z
    .record(z.string(), z.number().positive())
    .default({})
    .describe('Threshold by column, of whichever method decides there; of the honest preset, of the effect'),
  level: z
    .number()
    .gt(0)
    .max(0.5)
    .default(0.05)
    .describe('Honest preset: the share of windows without drift in which some column may alarm'),
  smallestEffect: z
    .number()
    .min(0)
    .default(0.1)
    .describe('Honest preset: changes below it, in standard deviations, do not matter'),
  rule: DriftRule.optional().describe(
    'Left out: any column of the honest, nannyml and whylogs presets; half of them of evidently',
  ),
  allMethods: z.boolean().default(false).describe('Computes the slow methods as well'),
});
export type DriftSettings = z.infer<typeof DriftSettings>;
export type DriftSettingsInput = z.input<typeof DriftSettings>;

export const DriftResult = z.object({
  method: DriftMethod,
  score: z.number().describe('Statistic or distance of the method'),
  pValue: z.number().nullable().describe('null where the method has none'),
  threshold: z.number().describe('Of the p-value where the method has one, else of the score'),
  drifted: z.boolean(),
});
export type DriftResult = z.infer<typeof DriftResult>;

/** How large a change is, with what windows of these sizes differ by without any change taken off. */
export const DriftEffect = z.object({
  value: z
    .number()
    .describe('In standard deviations: a shift of a normal column by so much would be as large a change'),
  measured: z.number().describe('Before what is expected by chance was taken off'),
  expected: z.number().describe('What two windows of these sizes show on average without drift'),
  limit: z.number().describe('From here on a change matters'),
  by: z
    .enum(['distance', 'gap', 'shares', 'label'])
    .describe(
      'What was largest. distance: values moved on average by so many standard deviations; gap: the distribution functions are as far apart as by such a shift; shares: those of all labels are; label: that of one label is',
    ),
});
export type DriftEffect = z.infer<typeof DriftEffect>;

export const DriftSignificance = z.object({
  test: z
    .enum(['anderson-darling', 'chi2', 'labels'])
    .describe(
      'labels: chi-squared, and an exact test of the label that changed most; the smaller p-value, doubled',
    ),
  statistic: z.number(),
  pValue: z.number().describe('Of this column alone'),
  adjusted: z.number().describe('Corrected for the number of columns (Benjamini–Hochberg)'),
  level: z.number(),
  smallestShift: z
    .number()
    .describe('The smallest shift, in standard deviations, that four of five such windows would show'),
});
export type DriftSignificance = z.infer<typeof DriftSignificance>;

export const ColumnDrift = z.object({
  name: z.string(),
  type: ColumnType,
  kind: z.enum(['number', 'category']),
  method: DriftMethod.describe('The method that decides, or whose distance goes with the honest verdict'),
  score: z.number(),
  pValue: z.number().nullable().describe('Of the test that decides; of the honest preset corrected'),
  threshold: z.number(),
  drifted: z.boolean(),
  level: DriftLevel.optional().describe(
    'drifted; minor: changed, but too little to matter; none; too-few: too few rows to say. Absent in reports of old',
  ),
  chosen: z.boolean().optional().describe('The method was chosen for this column'),
  effect: DriftEffect.optional().describe('Absent in reports of old'),
  significance: DriftSignificance.optional().describe('Absent in reports of old'),
  reason: z.string().describe('The verdict in a sentence'),
  results: z.array(DriftResult).describe('Every method that was computed'),
  notComputed: z
    .array(z.object({ method: DriftMethod, reason: z.string() }))
    .optional()
    .describe('Methods that fit the column but not its values'),
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
        edges: z.array(z.number()).describe('n + 1 edges, ascending; times as milliseconds since the epoch'),
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
  quantiles: z
    .object({ shares: z.array(z.number()), reference: z.array(z.number()), current: z.array(z.number()) })
    .optional()
    .describe('Values below which these shares of each side lie; numbers only'),
});
export type ColumnDrift = z.infer<typeof ColumnDrift>;

/** The level of a column, also of a report made before there were levels. */
export function driftLevelOf({ level, drifted }: Pick<ColumnDrift, 'level' | 'drifted'>): DriftLevel {
  return level ?? (drifted ? 'drifted' : 'none');
}
