import type { GbdtTrainer, RegressionLoss, Task } from '../../../../local-api/contract/index.ts';
import { scoreWidth } from '../losses.ts';
import type { Targets } from '../number-loss.ts';
import { classObjective } from './class-objective.ts';
import { numberObjective } from './number-objective.ts';
import { rankingObjective } from './ranking-objective.ts';

/** What the trees fit: where raw scores start, their first and second derivatives, and how scores become answers. */
export type Objective = {
  /** Raw scores a row: trees grown a round. */
  k: number;
  /** Raw score of a row before the first tree, one a target. */
  start: Float64Array;
  /** Leaf values are found on targets of spread 1 and multiplied by this. */
  scale: number;
  /** Name of the loss in curves. */
  metric: string;
  /** What curves show of a loss; the loss when left out. */
  shown?(loss: number): number;
  /** Scores become class probabilities, are the answer, or its logarithm. */
  answer: 'probabilities' | 'score' | 'exponential';
  /** The quantile of the residuals that each leaf's value becomes in the end; null: the step of the derivatives holds. */
  leafQuantile: number | null;
  /** Writes gradients and hessians [k, n] of the training rows at the scores [n, k]; gives the loss there. O(n·k). */
  derivatives(scores: Float64Array, gradients: Float32Array[], hessians: Float32Array[]): number;
  /** Mean loss of other rows at their scores. O(n·k). */
  loss(scores: Float64Array, rows: Targets): number;
};

/**
 * Log loss for classes (logistic for two, softmax beyond), the loss of the settings for numbers, NDCG for rows to put in order.
 *
 * Errors: `training/bad-target` for numbers and grades that the loss has no meaning for.
 */
export function objectiveOf(
  task: Task,
  rows: Targets,
  classes: number,
  settings: Pick<GbdtTrainer, keyof RegressionLoss | 'rankingDepth'>,
): Objective {
  switch (task) {
    case 'classification':
      return classObjective(rows, classes, scoreWidth(classes));
    case 'regression':
      return numberObjective(rows, settings);
    case 'ranking':
      return rankingObjective(rows, settings);
  }
}
