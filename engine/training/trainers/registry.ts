import { forestTrainer } from './forest/forest.ts';
import { gbdtTrainer } from './gbdt/gbdt.ts';
import { linearTrainer } from './linear/linear.ts';
import { mlpTrainer } from './mlp/mlp.ts';
import { priorTrainer } from './prior.ts';
import type { Trainer } from './trainer.ts';

/** Every trainer there is, simplest first. */
export const trainers: readonly Trainer[] = [
  priorTrainer,
  linearTrainer,
  forestTrainer,
  gbdtTrainer,
  mlpTrainer,
];
