import { z } from 'zod';
import { regressionLossSettings } from './regression-loss.ts';

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
  ...regressionLossSettings,
});
export type LinearTrainer = z.infer<typeof LinearTrainer>;
