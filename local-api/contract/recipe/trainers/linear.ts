import { z } from 'zod';

export const LinearTrainer = z.object({
  kind: z.literal('linear'),
  l2: z
    .number()
    .min(0)
    .default(1)
    .describe(
      'Penalty ½·l2·|w|², summed over rows as in scikit-learn (C = 1/l2); with loss absolute and quantile the target is counted in its standard deviations',
    ),
  maxIterations: z.int().min(1).max(10_000).default(200),
  tolerance: z
    .number()
    .positive()
    .default(1e-4)
    .describe('Stops when the largest gradient entry, averaged over rows, is below this'),
  l1: z
    .number()
    .min(0)
    .default(0)
    .describe(
      'Penalty l1·|w|, summed over rows (alpha times rows of a lasso): weights of little use become exactly 0; with l2 an elastic net',
    ),
  loss: z
    .enum(['squared', 'absolute', 'quantile', 'huber', 'poisson', 'gamma', 'tweedie'])
    .default('squared')
    .describe('What a regression keeps small; classification always keeps the log loss small'),
  quantile: z.number().gt(0).lt(1).default(0.5).describe('Which quantile the loss quantile answers'),
  huberDelta: z
    .number()
    .positive()
    .default(1.35)
    .describe('Where the loss huber turns linear, in robust standard deviations of the target'),
  tweediePower: z
    .number()
    .gt(1)
    .lt(2)
    .default(1.5)
    .describe('Variance power of the loss tweedie: near 1 as counts, near 2 as amounts'),
});
export type LinearTrainer = z.infer<typeof LinearTrainer>;
