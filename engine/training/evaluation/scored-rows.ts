import { type ClassificationAnswers, type ClassMetricsUse, classMetrics } from './class-metrics.ts';
import type { MetricSet } from './metric-set.ts';
import { numberMetrics, type RegressionAnswers } from './number-metrics.ts';

/** Answers of a model beside the truth of the same rows. */
export type ScoredRows =
  | ({ task: 'classification' } & ClassificationAnswers)
  | ({ task: 'regression' } & RegressionAnswers);

export function metricSetOf(scored: ScoredRows, use: ClassMetricsUse = {}): MetricSet {
  return scored.task === 'classification' ? classMetrics(scored, use) : numberMetrics(scored, use.wanted);
}

/** Some of the rows, in the order given. */
export function pickRows(scored: ScoredRows, rows: ArrayLike<number>): ScoredRows {
  const truthOf = (from: ArrayLike<number>) => Array.from(rows, (row) => from[row] as number);
  if (scored.task === 'regression') {
    return {
      ...scored,
      truth: Float64Array.from(truthOf(scored.truth)),
      values: Float32Array.from(truthOf(scored.values)),
    };
  }
  const k = scored.classes.length;
  const probabilities = new Float32Array(rows.length * k);
  for (let i = 0; i < rows.length; i++) {
    const at = (rows[i] as number) * k;
    probabilities.set(scored.probabilities.subarray(at, at + k), i * k);
  }
  return {
    ...scored,
    truth: Int32Array.from(truthOf(scored.truth)),
    labels: Int32Array.from(truthOf(scored.labels)),
    probabilities,
  };
}
