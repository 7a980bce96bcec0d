import { z } from 'zod';

const Folds = z.int().min(2).max(50).default(5);

const KFold = z.object({
  kind: z.literal('kfold'),
  folds: Folds,
  repeats: z
    .int()
    .min(1)
    .max(20)
    .default(1)
    .describe('Shared out anew so often; each row is held out once a repeat'),
  stratify: z
    .boolean()
    .default(true)
    .describe('Gives every fold the class shares of the whole; says nothing about numbers'),
  shuffle: z
    .boolean()
    .default(true)
    .describe('Draws the rows of a fold by the seed; otherwise in their order'),
});

const GroupFold = z.object({
  kind: z.literal('group'),
  column: z
    .string()
    .min(1)
    .describe('Rows with the same value stay together: a patient, a customer, a machine'),
  folds: Folds,
});

const TimeSeriesFold = z.object({
  kind: z.literal('timeSeries'),
  folds: Folds,
  window: z
    .enum(['expanding', 'sliding'])
    .default('expanding')
    .describe('expanding: trains on all rows before; sliding: on equally many before each held-out part'),
  gap: z.int().min(0).default(0).describe('Rows left out between what is trained on and what is held out'),
  testSize: z
    .int()
    .min(1)
    .optional()
    .describe('Rows held out in a fold; an equal share of all folds and one more when left out'),
});

/** One way of sharing rows out into folds. */
export const FoldScheme = z.discriminatedUnion('kind', [KFold, GroupFold, TimeSeriesFold]);
export type FoldScheme = z.infer<typeof FoldScheme>;

/**
 * How the quality of a recipe is estimated before the test part is looked at. The test part is never in a fold.
 * `holdout` is the one validation part of the split. With folds, each is held out once, what the fold's model answers for it is
 * kept, and the final model learns from all rows but the test part.
 */
export const Validation = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('holdout') }),
  KFold,
  GroupFold,
  TimeSeriesFold,
  z.object({
    kind: z.literal('nested'),
    outer: FoldScheme.describe('Estimates how well the whole search does'),
    inner: FoldScheme.describe('Compares trials within the rows that an outer fold leaves to train on'),
  }),
]);
export type Validation = z.infer<typeof Validation>;
