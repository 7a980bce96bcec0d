import type { RegressionEvaluation } from '../../../local-api/contract/index.ts';
import { normalQuantile } from '../../statistics/index.ts';
import { evenWeights, metricsOf } from './metric-set.ts';
import { numberMetrics, type RegressionAnswers } from './number-metrics.ts';

const RESIDUAL_BINS = 40;
const MAX_PAIRS = 1000;
const MAX_QUANTILES = 200;

/**
 * Scores predicted numbers by the metrics of `numberMetrics`, with what residuals look like; those are truth − prediction.
 * O(rows · log rows).
 */
export function evaluateRegression(
  answers: RegressionAnswers,
  weights: Float64Array | null = null,
): RegressionEvaluation {
  const { truth, values } = answers;
  const rows = truth.length;
  const residuals = residualsOf(answers);
  const stride = Math.max(1, Math.ceil(rows / MAX_PAIRS));
  const shown = Array.from({ length: Math.ceil(rows / stride) }, (_, i) => i * stride);
  return {
    task: 'regression',
    rows,
    metrics: metricsOf(numberMetrics(answers), weights ?? evenWeights(rows)),
    residuals: histogramOf(residuals),
    predictedVsActual: {
      predicted: shown.map((row) => values[row] as number),
      actual: shown.map((row) => truth[row] as number),
    },
    normalQuantiles: normalQuantilesOf(residuals),
  };
}

export function residualsOf({ truth, values }: RegressionAnswers): Float64Array {
  return truth.map((value, i) => value - (values[i] as number));
}

/** Standardised residuals over the quantiles that normal ones would have, at most 200 of them. */
function normalQuantilesOf(residuals: Float64Array): { x: number[]; y: number[] } {
  const n = residuals.length;
  const mean = residuals.reduce((sum, value) => sum + value, 0) / n;
  const spread = Math.sqrt(residuals.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n);
  if (!(spread > 0)) return { x: [], y: [] };
  const sorted = residuals.slice().sort();
  const count = Math.min(n, MAX_QUANTILES);
  const chances = Array.from({ length: count }, (_, i) => (i + 0.5) / count);
  return {
    x: chances.map(normalQuantile),
    y: chances.map((chance) => ((sorted[Math.min(n - 1, Math.floor(chance * n))] as number) - mean) / spread),
  };
}

/** Equal-width bins from the smallest to the largest value. */
function histogramOf(values: Float64Array): RegressionEvaluation['residuals'] {
  let low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  let high = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (low === high) {
    low -= 0.5;
    high += 0.5;
  }
  const width = (high - low) / RESIDUAL_BINS;
  const counts = Array.from({ length: RESIDUAL_BINS }, () => 0);
  for (const value of values) {
    const bin = Math.min(RESIDUAL_BINS - 1, Math.floor((value - low) / width));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { edges: Array.from({ length: RESIDUAL_BINS + 1 }, (_, i) => low + i * width), counts };
}
