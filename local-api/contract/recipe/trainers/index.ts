import { z } from 'zod';
import { ForestTrainer } from './forest.ts';
import { GbdtTrainer } from './gbdt.ts';
import { LinearTrainer } from './linear.ts';
import { MlpTrainer } from './mlp.ts';
import { PriorTrainer } from './prior.ts';

export * from './forest.ts';
export * from './gbdt.ts';
export * from './linear.ts';
export * from './mlp.ts';
export * from './prior.ts';
export type { RegressionLoss } from './regression-loss.ts';

/** A trainer with its settings: one file each beside this one. */
export const Trainer = z.discriminatedUnion('kind', [
  PriorTrainer,
  LinearTrainer,
  ForestTrainer,
  GbdtTrainer,
  MlpTrainer,
]);
export type Trainer = z.infer<typeof Trainer>;
