import type { MetricSet } from './metric-set.ts';

export type RegressionAnswers = {
  truth: Float64Array;
  values: Float32Array;
  /** The quantile that is predicted, 0 … 1; null: the mean. */
  quantile: number | null;
  /** The variance power of the Tweedie loss that was fitted: 1 (Poisson) … 2 (gamma); null: another loss. */
  variancePower: number | null;
};

/**
 * The metrics of predicted numbers, defined as in scikit-learn: `rmse`, `mae`, `median_ae`, `r2` and `explained_variance`; `mape`
 * where no truth is 0; `rmsle` where neither truth nor prediction is negative;  * `pinball` of the quantile that is predicted; `poisson_deviance`, `gamma_deviance` or `tweedie_deviance` where such a loss was fitted. A measurement costs O(rows).
 */
export function numberMetrics({ truth, values, quantile, variancePower }: RegressionAnswers): MetricSet {
  const n = truth.length;
  const residuals = truth.map((value, i) => value - (values[i] as number));
  const center = truth.reduce((sum, value) => sum + value, 0) / n;
  const isNonNegative = truth.every((y) => y >= 0) && values.every((value) => value >= 0);
  const means: [name: string, rowLoss: (i: number) => number, of?: (mean: number) => number][] = [
    ['rmse', (i) => (residuals[i] as number) ** 2, Math.sqrt],
    ['mae', (i) => Math.abs(residuals[i] as number)],
  ];
  if (truth.every((y) => y !== 0)) {
    means.push(['mape', (i) => Math.abs((residuals[i] as number) / (truth[i] as number))]);
  }
  if (isNonNegative) {
    const logError = (i: number) => Math.log1p(truth[i] as number) - Math.log1p(values[i] as number);
    means.push(['rmsle', (i) => logError(i) ** 2, Math.sqrt]);
  }
  const isPositive =
    values.every((value) => value > 0) && truth.every((y) => (variancePower === 2 ? y > 0 : y >= 0));
  if (variancePower !== null && isPositive) {
    const name = { 1: 'poisson_deviance', 2: 'gamma_deviance' }[variancePower] ?? 'tweedie_deviance';
    means.push([name, (i) => tweedieDeviance(truth[i] as number, values[i] as number, variancePower)]);
  }
  if (quantile !== null) means.push(['pinball', (i) => pinball(residuals[i] as number, quantile)]);
  const losses = means.map(([, rowLoss]) => Float64Array.from(truth, (_, i) => rowLoss(i)));
  const median = weightedMedian(losses[1] as Float64Array);
  return {
    names: [...means.map(([name]) => name), 'median_ae', 'r2', 'explained_variance'],
    measure(weights) {
      const total = sumOf(weights);
      const reached = means.map(([, , of], m) => {
        const mean = dot(weights, losses[m] as Float64Array) / total;
        return of === undefined ? mean : of(mean);
      });
      return Float64Array.of(
        ...reached,
        median(weights),
        ...shares(truth, residuals, center, weights, total),
      );
    },
  };
}

/** What is told of the variance of the truth: R², and the same without the mean error. NaN where the truth does not vary. */
function shares(
  truth: Float64Array,
  residuals: Float64Array,
  center: number,
  weights: Float64Array,
  total: number,
): [r2: number, explained: number] {
  let [sum, squares, missed, missedSquares] = [0, 0, 0, 0];
  for (let i = 0; i < truth.length; i++) {
    const weight = weights[i] as number;
    const away = (truth[i] as number) - center;
    const residual = residuals[i] as number;
    sum += weight * away;
    squares += weight * away * away;
    missed += weight * residual;
    missedSquares += weight * residual * residual;
  }
  const spread = squares - (sum * sum) / total;
  // Below this the spread is rounding error.
  if (!(spread > 1e-14 * squares)) return [Number.NaN, Number.NaN];
  return [1 - missedSquares / spread, 1 - (missedSquares - (missed * missed) / total) / spread];
}

/** The value that half of the weight lies on either side of; between two values, their middle. The order is made once. */
function weightedMedian(values: Float64Array): (weights: Float64Array) => number {
  const order = Uint32Array.from(values, (_, i) => i).sort(
    (a, b) => (values[a] as number) - (values[b] as number),
  );
  return (weights) => {
    const half = sumOf(weights) / 2;
    let below = 0;
    for (let place = 0; place < order.length; place++) {
      const row = order[place] as number;
      below += weights[row] as number;
      if (below < half) continue;
      if (below > half) return values[row] as number;
      let next = place + 1;
      while (weights[order[next] as number] === 0) next++;
      return ((values[row] as number) + (values[order[next] as number] as number)) / 2;
    }
    return Number.NaN;
  };
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function poissonDeviance(y: number, mu: number): number {
  return 2 * ((y > 0 ? y * Math.log(y / mu) : 0) - y + mu);
}

/** For powers above 1, up to 2 (the gamma deviance). */
function tweedieDeviance(y: number, mu: number, power: number): number {
  if (power === 1) return poissonDeviance(y, mu);
  if (power === 2) return 2 * (Math.log(mu / y) + y / mu - 1);
  const whole = y ** (2 - power) / ((1 - power) * (2 - power));
  return 2 * (whole - (y * mu ** (1 - power)) / (1 - power) + mu ** (2 - power) / (2 - power));
}

function pinball(residual: number, quantile: number): number {
  return residual >= 0 ? quantile * residual : (quantile - 1) * residual;
}
