import { type MetricPart, type MetricSet, metricSet } from './metric-set.ts';

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
 * where no truth is 0; `rmsle` where neither truth nor prediction is negative;  * `pinball` of the quantile that is predicted; `poisson_deviance`, `gamma_deviance` or `tweedie_deviance` where such a loss was fitted. `wanted`: only those that are
 * measured together with this one. A measurement costs O(rows).
 */
export function numberMetrics(answers: RegressionAnswers, wanted?: string): MetricSet {
  const { truth, values } = answers;
  const residuals = truth.map((value, i) => value - (values[i] as number));
  const means = rowLosses(answers, residuals).map(
    ({ name, loss, root }): MetricPart => ({
      names: [name],
      prepare() {
        const losses = Float64Array.from(truth, (_, i) => loss(i));
        return (weights) => {
          const mean = weightedMean(losses, weights);
          return [root ? Math.sqrt(mean) : mean];
        };
      },
    }),
  );
  return metricSet(
    [
      ...means,
      {
        names: ['median_ae'],
        prepare() {
          const median = weightedMedian(residuals.map(Math.abs));
          return (weights) => [median(weights)];
        },
      },
      {
        names: ['r2', 'explained_variance'],
        prepare() {
          const center = sumOf(truth) / truth.length;
          return (weights) => shares(truth, residuals, center, weights, sumOf(weights));
        },
      },
    ],
    wanted,
  );
}

/** A metric that is the mean of a loss a row, or the root of it. */
type RowLoss = { name: string; loss: (row: number) => number; root: boolean };

/** Those that make sense of these numbers. */
function rowLosses(
  { truth, values, quantile, variancePower }: RegressionAnswers,
  residuals: Float64Array,
): RowLoss[] {
  const at = (i: number) => ({
    y: truth[i] as number,
    mu: values[i] as number,
    residual: residuals[i] as number,
  });
  const logError = ({ y, mu }: ReturnType<typeof at>) => Math.log1p(y) - Math.log1p(mu);
  const losses: RowLoss[] = [
    { name: 'rmse', loss: (i) => at(i).residual ** 2, root: true },
    { name: 'mae', loss: (i) => Math.abs(at(i).residual), root: false },
  ];
  if (truth.every((y) => y !== 0)) {
    losses.push({ name: 'mape', loss: (i) => Math.abs(at(i).residual / at(i).y), root: false });
  }
  if (truth.every((y) => y >= 0) && values.every((value) => value >= 0)) {
    losses.push({ name: 'rmsle', loss: (i) => logError(at(i)) ** 2, root: true });
  }
  const isPositive =
    values.every((mu) => mu > 0) && truth.every((y) => (variancePower === 2 ? y > 0 : y >= 0));
  if (variancePower !== null && isPositive) {
    const name = { 1: 'poisson_deviance', 2: 'gamma_deviance' }[variancePower] ?? 'tweedie_deviance';
    losses.push({ name, loss: (i) => tweedieDeviance(at(i).y, at(i).mu, variancePower), root: false });
  }
  if (quantile !== null)
    losses.push({ name: 'pinball', loss: (i) => pinball(at(i).residual, quantile), root: false });
  return losses;
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

function weightedMean(values: Float64Array, weights: Float64Array): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    const weight = weights[i] as number;
    sum += weight * (values[i] as number);
    total += weight;
  }
  return sum / total;
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
