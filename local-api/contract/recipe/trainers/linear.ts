import { z } from 'zod';

export const LinearTrainer = z.object({
  kind: z.literal('linear'),
  l2: z
    .number()
    .min(0)
    .default(1)
    .describe('Penalty ½·l2·|w|², summed over rows as in scikit-learn (C = 1/l2)'),
  maxIterations: z.int().min(1).max(10_000).default(200),
  tolerance: z
    .number()
    .positive()
    .default(1e-4)
    .describe('Stops when the largest gradient entry, averaged over rows, is below this'),
});
export type LinearTrainer = z.infer<typeof LinearTrainer>;
