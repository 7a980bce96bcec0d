import { z } from 'zod';

/** The settings of what a regression keeps small, the same for every trainer that has them. */
export const regressionLossSettings = {
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
};

const RegressionLoss = z.object(regressionLossSettings);
export type RegressionLoss = z.infer<typeof RegressionLoss>;
