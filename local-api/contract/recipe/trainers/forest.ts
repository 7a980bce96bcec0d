import { z } from 'zod';

const share = z.number().min(0.01).max(1);

export const ForestTrainer = z.object({
  kind: z.literal('forest'),
  method: z
    .enum(['random', 'extra'])
    .default('random')
    .describe(
      'random: the best split of each feature that is looked at (random forest); extra: a split at random of each (extremely randomised trees)',
    ),
  trees: z.int().min(1).max(10_000).default(200),
  maxFeatures: z
    .enum(['auto', 'sqrt', 'log2', 'share'])
    .default('auto')
    .describe(
      'Columns that a node looks at; auto: the square root of their number for classes, all for numbers',
    ),
  featureShare: share.default(1).describe('Share of the columns that a node looks at with maxFeatures share'),
  maxDepth: z
    .int()
    .min(0)
    .max(1000)
    .default(0)
    .describe('Splits from the root to a leaf at most; 0: any number'),
  minLeafRows: z.int().min(1).default(1).describe('A row that was drawn several times counts once'),
  criterion: z
    .enum(['gini', 'entropy'])
    .default('gini')
    .describe('How pure a leaf of classes is; for numbers it is always the squared error'),
  bootstrap: z
    .enum(['auto', 'on', 'off'])
    .default('auto')
    .describe('on: rows of a tree are drawn with replacement; auto: on for random, off for extra'),
  rowSample: share.default(1).describe('Rows drawn for a tree, as a share of all'),
  bins: z
    .int()
    .min(2)
    .max(255)
    .default(255)
    .describe('Values that the method random tells a column of numbers apart by'),
  categories: z
    .enum(['encoded', 'native'])
    .default('encoded')
    .describe('native: splits send lists of categories to one side; encoded: as preprocessing makes numbers'),
});
export type ForestTrainer = z.infer<typeof ForestTrainer>;
