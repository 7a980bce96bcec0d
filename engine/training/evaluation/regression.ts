import type { RegressionEvaluation } from '../../../local-api/contract/index.ts';

const RESIDUAL_BINS = 40;
const MAX_PAIRS = 1000;

/**
 * Scores predicted numbers: root mean squared error, mean and median absolute error, and R² (left out when the truth does
 * not vary). Residuals are truth − prediction. O(n log n).
 */
export function evaluateRegression(truth: Float64Array, predicted: Float32Array): RegressionEvaluation {
  const rows = truth.length;
  const residuals = truth.map((value, i) => value - (predicted[i] as number));
  const mean = truth.reduce((sum, value) => sum + value, 0) / rows;
  const squares = residuals.reduce((sum, residual) => sum + residual * residual, 0);
  const spread = truth.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const absolute = residuals.map(Math.abs).sort();
  const stride = Math.max(1, Math.ceil(rows / MAX_PAIRS));
  const shown = Array.from({ length: Math.ceil(rows / stride) }, (_, i) => i * stride);
  return {
    task: 'regression',
    rows,
    metrics: {
      rmse: Math.sqrt(squares / rows),
      mae: absolute.reduce((sum, value) => sum + value, 0) / rows,
      ...(spread > 0 && { r2: 1 - squares / spread }),
      median_ae: ((absolute[(rows - 1) >> 1] as number) + (absolute[rows >> 1] as number)) / 2,
    },
    residuals: histogramOf(residuals),
    predictedVsActual: {
      predicted: shown.map((row) => predicted[row] as number),
      actual: shown.map((row) => truth[row] as number),
    },
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
