import { z } from 'zod';
import { Auto } from './recipe/auto.ts';
import { CalibrationMethod } from './recipe/calibration.ts';
import { EvaluationOptions } from './recipe/evaluation.ts';
import { Features, Target } from './recipe/features.ts';
import { Preprocessing } from './recipe/preprocessing.ts';
import { Split } from './recipe/split.ts';
import { Task } from './recipe/task.ts';
import { ThresholdChoice } from './recipe/threshold.ts';
import { Trainer } from './recipe/trainers/index.ts';
import { Tuning } from './recipe/tuning.ts';
import { Validation } from './recipe/validation.ts';
import { Weights } from './recipe/weights.ts';
import { versionRef } from './version-refs.ts';

export * from './recipe/auto.ts';
export * from './recipe/calibration.ts';
export * from './recipe/evaluation.ts';
export * from './recipe/features.ts';
export * from './recipe/preprocessing.ts';
export * from './recipe/split.ts';
export * from './recipe/task.ts';
export * from './recipe/threshold.ts';
export * from './recipe/trainers/index.ts';
export * from './recipe/tuning.ts';
export * from './recipe/validation.ts';
export * from './recipe/weights.ts';

/**
 * The recipe: the one document that says how a model is made. A run stores it, the UI edits it, the CLI takes it,
 * and the same recipe on the same data gives the same bytes. Fields only ever get added; `version` rises when one changes meaning.
 */

export const Recipe = z
  .object({
    version: z.literal(1).default(1),
    task: Task,
    dataset: versionRef('The dataset version to train on, kept by its id'),
    rows: z
      .object({
        limit: z.int().min(20).optional().describe('Train and test on at most this many rows'),
        sample: z
          .enum(['even', 'newest', 'first'])
          .default('even')
          .describe('even: every n-th row, so that all of the time range is covered'),
        where: z.string().max(4000).optional(),
      })
      .prefault({}),
    target: Target,
    positive: z
      .string()
      .optional()
      .describe('The class that counts as positive; the rarer one when left out'),
    group: z
      .string()
      .min(1)
      .optional()
      .describe(
        'With the task ranking: the column that is equal for rows to put in order together, such as a query',
      ),
    features: Features.prefault({}),
    split: Split.prefault({ kind: 'random' }),
    preprocessing: Preprocessing.prefault({}),
    trainer: Trainer.prefault({ kind: 'gbdt' }),
    weights: Weights.prefault({}),
    calibration: CalibrationMethod.default('none'),
    threshold: ThresholdChoice.prefault({ by: 'fixed' }),
    evaluation: EvaluationOptions.prefault({}),
    validation: Validation.prefault({ kind: 'holdout' }),
    tuning: Tuning.optional().describe('Searches for good settings; the trainer as it stands when left out'),
    auto: Auto.optional().describe(
      'Assay chooses the model within a budget, in the place of the trainer; without it the trainer as it stands',
    ),
    seed: z
      .int()
      .min(0)
      .max(2 ** 31 - 1)
      .default(0),
    limits: z
      .object({
        memoryMb: z.int().min(256).default(4096),
        seconds: z.int().min(1).default(3600),
        workers: z
          .int()
          .min(1)
          .max(256)
          .optional()
          .describe('Processes that a search fits in at the same time; all processors but one when left out'),
      })
      .prefault({}),
  })
  .meta({ id: 'Recipe' });
export type Recipe = z.infer<typeof Recipe>;
export type RecipeInput = z.input<typeof Recipe>;
