import { z } from 'zod';

export const GbdtTrainer = z.object({
  kind: z.literal('gbdt'),
  trees: z.int().min(1).max(10_000).default(200),
  learningRate: z.number().positive().max(1).default(0.1),
  leaves: z.int().min(2).max(4096).default(31),
  minLeafRows: z.int().min(1).default(20),
  minLeafHessian: z.number().min(0).default(1e-3),
  bins: z.int().min(2).max(255).default(255),
  l2: z.number().min(0).default(0),
  rowSample: z.number().min(0.05).max(1).default(1),
  columnSample: z.number().min(0.05).max(1).default(1),
  earlyStoppingRounds: z
    .int()
    .min(0)
    .default(20)
    .describe('Stops after this many trees without gain on the validation part; 0: never'),
});
export type GbdtTrainer = z.infer<typeof GbdtTrainer>;
