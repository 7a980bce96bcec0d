import { z } from 'zod';
import { MetricKey } from '../runs.ts';

/** A value that a setting can take. */
export const SettingValue = z.json();
export type SettingValue = z.infer<typeof SettingValue>;

const When = z
  .record(z.string(), z.union([SettingValue, z.array(SettingValue)]))
  .optional()
  .describe('Only where other settings of the space have this value, or one of these');

/** What a setting may be. Bounds are included. */
export const Dimension = z.discriminatedUnion('type', [
  z.object({ type: z.literal('int'), low: z.int(), high: z.int(), when: When }),
  z.object({ type: z.literal('float'), low: z.number(), high: z.number(), when: When }),
  z.object({
    type: z.literal('log'),
    low: z.number().positive(),
    high: z.number().positive(),
    whole: z.boolean().default(false).describe('Whole numbers only'),
    when: When,
  }),
  z.object({ type: z.literal('choice'), options: z.array(SettingValue).min(1).max(1000), when: When }),
]);
export type Dimension = z.infer<typeof Dimension>;

/** Dimensions by the path of a setting in the recipe. */
export const SearchSpace = z
  .record(z.string().min(1).max(200), Dimension)
  .describe(
    'By the path of a setting: trainer.learningRate, preprocessing.numeric.scale, trainer.kind. A usual space of the trainer when empty',
  );
export type SearchSpace = z.infer<typeof SearchSpace>;

const Objective = z.object({
  metric: MetricKey.describe('A metric of the evaluation, or fit_seconds, latency_ms, model_bytes'),
  direction: z
    .enum(['higher', 'lower'])
    .optional()
    .describe('Which values are better; told from the name when left out'),
});

/** How trials are proposed. Each is a function of the seed and the trials of the batches before. */
const Method = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('grid'),
    steps: z
      .int()
      .min(2)
      .max(100)
      .default(5)
      .describe('Values of a number that are tried, at equal distances'),
  }),
  z.object({
    kind: z.literal('random'),
    sequence: z
      .enum(['sobol', 'plain'])
      .default('sobol')
      .describe('sobol: spread evenly (a scrambled Sobol sequence); plain: independent draws'),
  }),
  z.object({
    kind: z.literal('tpe'),
    startup: z.int().min(1).default(10).describe('Trials drawn at random first'),
    candidates: z
      .int()
      .min(1)
      .max(1000)
      .default(24)
      .describe('Draws of which the most promising becomes a trial'),
    multivariate: z.boolean().default(true).describe('Looks at settings together, not one by one'),
  }),
  z.object({
    kind: z.literal('cmaes'),
    population: z
      .int()
      .min(3)
      .max(500)
      .optional()
      .describe('Trials of a generation; 4 + 3·ln(settings) when left out'),
    sigma: z.number().positive().max(1).default(0.3).describe('First step, as a share of each range'),
  }),
  z.object({
    kind: z.literal('halving'),
    reduction: z.int().min(2).max(10).default(3).describe('One trial in so many goes on to the next rung'),
    resource: z
      .enum(['rounds', 'rows'])
      .default('rounds')
      .describe(
        'What grows from rung to rung: trees or epochs, or training rows where the trainer has no rounds',
      ),
    smallest: z
      .number()
      .gt(0)
      .lt(1)
      .default(1 / 9)
      .describe('Share of the full budget that the first rung gets'),
  }),
  z.object({
    kind: z.literal('hyperband'),
    reduction: z.int().min(2).max(10).default(3),
    resource: z.enum(['rounds', 'rows']).default('rounds'),
    smallest: z
      .number()
      .gt(0)
      .lt(1)
      .default(1 / 9),
  }),
]);
export type TuningMethod = z.infer<typeof Method>;

/**
 * A search for good settings. Every trial is a run below the run of the search; the best is fitted again on all rows but the test
 * part. The same recipe gives the same trials whatever the number of processes; a budget in seconds cuts it where the clock says.
 */
export const Tuning = z.object({
  method: Method.prefault({ kind: 'tpe' }),
  trials: z.int().min(1).max(10_000).default(30),
  batch: z
    .int()
    .min(1)
    .max(256)
    .default(4)
    .describe('Trials that are proposed together, without knowing of each other; more use more processors'),
  space: SearchSpace.default({}),
  objectives: z
    .array(Objective)
    .max(4)
    .default([])
    .describe(
      'What to optimise: log_loss, rmse or ndcg when empty. With several, the trials that no other beats in all of them are the front; the first decides between those',
    ),
  seconds: z
    .int()
    .min(1)
    .optional()
    .describe('No trial is started after so long, and those under way are dropped'),
  fits: z
    .int()
    .min(0)
    .optional()
    .describe(
      'At most so many trials and rungs of trials are counted; how a search that ran out of time is repeated',
    ),
  pruning: z
    .enum(['none', 'median'])
    .default('none')
    .describe(
      'median: a trial whose first folds are worse than those of half the trials before is not finished',
    ),
});
export type Tuning = z.infer<typeof Tuning>;
export type TuningInput = z.input<typeof Tuning>;
