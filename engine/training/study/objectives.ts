import type { FoldReport, Recipe, StudyReport, Tuning } from '../../../local-api/contract/index.ts';
import { betterDirection } from '../../../local-api/contract/metric-direction.ts';
import { meanOf } from '../../statistics/index.ts';
import { summariseFolds } from '../validation/summarise-folds.ts';
import type { Measured } from './fold-task.ts';

export type ResolvedObjective = StudyReport['objectives'][number];

/** Objectives with their direction: log loss, RMSE or NDCG where the recipe names none. An unknown metric is to be low. */
export function objectivesOf(
  { objectives }: Pick<Tuning, 'objectives'>,
  { task }: Pick<Recipe, 'task'>,
): ResolvedObjective[] {
  if (objectives.length === 0) {
    if (task === 'ranking') return [{ metric: 'ndcg', direction: 'higher' }];
    return [{ metric: task === 'classification' ? 'log_loss' : 'rmse', direction: 'lower' }];
  }
  return objectives.map(({ metric, direction }) => ({
    metric,
    direction: direction ?? betterDirection(metric) ?? 'lower',
  }));
}

/** The objectives of some folds, lower is better; null when one is not defined on all of them. */
export function lossesOf(
  objectives: readonly ResolvedObjective[],
  folds: readonly FoldReport[],
  {
    seconds,
    measured,
  }: {
    seconds: readonly number[];
    measured: Pick<Measured, 'latencyMs' | 'modelBytes'> | null;
  },
): number[] | null {
  const metrics = summariseFolds(folds);
  const losses = objectives.map(({ metric, direction }) => {
    const value =
      {
        fit_seconds: meanOf(seconds),
        latency_ms: measured?.latencyMs,
        model_bytes: measured?.modelBytes,
      }[metric] ?? metrics[metric]?.mean;
    return (value ?? Number.NaN) * (direction === 'higher' ? -1 : 1);
  });
  return losses.every(Number.isFinite) ? losses : null;
}
