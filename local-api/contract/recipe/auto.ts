import { z } from 'zod';
import { MetricKey } from '../runs.ts';
import { SettingValue } from './tuning.ts';

/** Models that can be tried by themselves; the baseline is tried in any case. */
export const AutoTrainer = z.enum(['linear', 'forest', 'gbdt', 'mlp']);
export type AutoTrainer = z.infer<typeof AutoTrainer>;

/** A model to be fitted: what its recipe has in the place of the trainer, and settings by path. */
export const AutoCandidate = z.object({
  name: z.string().min(1).max(200).describe('For people: Boosted trees, small leaves'),
  values: z
    .record(z.string().min(1).max(200), SettingValue)
    .describe('Settings by path in the recipe, trainer.kind first of all; others have their defaults'),
});
export type AutoCandidate = z.infer<typeof AutoCandidate>;

/**
 * Assay chooses: models of many kinds are fitted within a budget, compared on rows that they did not learn from, and brought
 * together where that is better than the best of them. The trainer of the recipe is not looked at. The run stores the list of what
 * was fitted (`candidates`), which gives the same model again without a clock.
 */
export const Auto = z.object({
  budgetSeconds: z
    .int()
    .min(5)
    .max(7 * 86_400)
    .default(300)
    .describe('From the start to the finished model; ends before that when nothing gets better any more'),
  metric: MetricKey.optional().describe('What models are compared by; log_loss or rmse when left out'),
  trainers: z
    .array(AutoTrainer)
    .min(1)
    .optional()
    .describe('Kinds of models to try; all of them when left out. The baseline always takes part'),
  ensemble: z
    .enum(['auto', 'greedy', 'stack', 'none'])
    .default('auto')
    .describe(
      'greedy: a weighted mean of several models (Caruana et al. 2004); stack: a linear model on their answers; auto: what is best on rows that were held out; none: the best model alone',
    ),
  models: z.int().min(1).max(1000).default(60).describe('At most so many models are fitted'),
  candidates: z
    .array(AutoCandidate)
    .min(1)
    .max(1000)
    .optional()
    .describe('Exactly these are fitted, without a look at the clock; how a run is repeated'),
  members: z
    .array(z.string())
    .min(1)
    .optional()
    .describe('Names of the candidates that the model may be made of; all of them when left out'),
});
export type Auto = z.infer<typeof Auto>;
