import { z } from 'zod';

export const MlpTrainer = z.object({
  kind: z.literal('mlp'),
  hidden: z.array(z.int().min(1).max(4096)).min(1).max(8).default([64, 32]),
  epochs: z.int().min(1).max(1000).default(20),
  batchSize: z.int().min(8).max(65_536).default(512),
  learningRate: z.number().positive().max(1).default(1e-3),
  weightDecay: z.number().min(0).default(1e-5),
  patience: z
    .int()
    .min(1)
    .default(3)
    .describe('Stops after this many epochs without gain on the validation part'),
});
export type MlpTrainer = z.infer<typeof MlpTrainer>;
