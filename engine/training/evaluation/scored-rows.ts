import { type ClassificationAnswers, type ClassMetricsUse, classMetrics } from './class-metrics.ts';
import { evenWeights, type MetricSet } from './metric-set.ts';
import { numberMetrics, type RegressionAnswers } from './number-metrics.ts';
import { queryWeights, type RankingAnswers, rankingMetrics } from './ranking.ts';

/** Answers of a model beside the truth of the same rows. */
export type ScoredRows =
  | ({ task: 'classification' } & ClassificationAnswers)
  | ({ task: 'regression' } & RegressionAnswers)
  | ({ task: 'ranking' } & RankingAnswers);

/** What a weight is given to: each row, or each query (in the order in which they first appear). */
export function metricSetOf(scored: ScoredRows, use: ClassMetricsUse = {}): MetricSet {
  switch (scored.task) {
    case 'classification':
      return classMetrics(scored, use);
    case 'regression':
      return numberMetrics(scored, use.wanted);
    case 'ranking':
      return rankingMetrics(scored, use.wanted);
  }
}

/** The weights for `metricSetOf` of those of the rows; null: all the same. */
export function metricWeights(scored: ScoredRows, weights: Float64Array | null): Float64Array {
  if (scored.task === 'ranking') return queryWeights(scored, weights);
  return weights ?? evenWeights(scored.truth.length);
}

/** Some of the rows, in the order given. */
export function pickRows(scored: ScoredRows, rows: ArrayLike<number>): ScoredRows {
  const truthOf = (from: ArrayLike<number>) => Array.from(rows, (row) => from[row] as number);
  if (scored.task !== 'classification') {
    const picked = {
      truth: Float64Array.from(truthOf(scored.truth)),
      values: Float32Array.from(truthOf(scored.values)),
    };
    return scored.task === 'regression'
      ? { ...scored, ...picked }
      : { ...scored, ...picked, queries: Int32Array.from(truthOf(scored.queries)) };
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
