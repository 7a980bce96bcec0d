/** Losses and links on raw scores, row-major [n, k]: k = 1 for two classes and for regression, k = classes beyond. */

/** Width of the raw score of a task: one logit for two classes, one a class beyond, one number for regression. */
export function scoreWidth(classes: number): number {
  return classes > 2 ? classes : 1;
}

function sigmoid(z: number): number {
  if (z >= 0) return 1 / (1 + Math.exp(-z));
  const e = Math.exp(z);
  return e / (1 + e);
}

/** log(1 + exp(z)) without overflow. */
function softplus(z: number): number {
  return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
}

/** How much each row counts; null: all the same. */
type Weights = Float64Array | null;

/** Mean log loss of raw scores against class indices. O(n·k). */
export function logLossOfScores(
  scores: Float64Array,
  y: Float64Array,
  n: number,
  k: number,
  weights: Weights = null,
): number {
  if (k === 1) {
    return meanOfRows(n, weights, (i) => {
      const z = scores[i] as number;
      return softplus(z) - (y[i] as number) * z;
    });
  }
  return meanOfRows(n, weights, (i) => {
    const at = i * k;
    let max = -Infinity;
    for (let c = 0; c < k; c++) max = Math.max(max, scores[at + c] as number);
    let total = 0;
    for (let c = 0; c < k; c++) total += Math.exp((scores[at + c] as number) - max);
    return max + Math.log(total) - (scores[at + (y[i] as number)] as number);
  });
}

/** Mean squared error of raw scores against numbers. O(n). */
export function squaredErrorOfScores(
  scores: Float64Array,
  y: Float64Array,
  n: number,
  weights: Weights = null,
): number {
  return meanOfRows(n, weights, (i) => {
    const e = (scores[i] as number) - (y[i] as number);
    return e * e;
  });
}

/** The weighted mean of a loss a row. */
export function meanOfRows(n: number, weights: Weights, loss: (row: number) => number): number {
  let sum = 0;
  if (weights === null) {
    for (let i = 0; i < n; i++) sum += loss(i);
    return sum / n;
  }
  let total = 0;
  for (let i = 0; i < n; i++) {
    const weight = weights[i] as number;
    sum += weight * loss(i);
    total += weight;
  }
  return sum / total;
}

/** Class probabilities, row-major [n, max(2, k)], from raw scores [n, k]: sigmoid for k = 1, softmax beyond. */
export function probabilitiesOfScores(scores: Float64Array, n: number, k: number): Float32Array {
  const classes = Math.max(2, k);
  const out = new Float32Array(n * classes);
  for (let i = 0; i < n; i++) {
    if (k === 1) {
      const p = sigmoid(scores[i] as number);
      out[2 * i] = 1 - p;
      out[2 * i + 1] = p;
      continue;
    }
    const at = i * k;
    let max = -Infinity;
    for (let c = 0; c < k; c++) max = Math.max(max, scores[at + c] as number);
    let total = 0;
    for (let c = 0; c < k; c++) total += Math.exp((scores[at + c] as number) - max);
    for (let c = 0; c < k; c++) out[at + c] = Math.exp((scores[at + c] as number) - max) / total;
  }
  return out;
}

/** Rows of each class, or their weight. */
export function classCounts(y: Float64Array, classes: number, weights: Weights = null): Float64Array {
  const counts = new Float64Array(classes);
  y.forEach((label, i) => {
    counts[label] = (counts[label] as number) + (weights === null ? 1 : (weights[i] as number));
  });
  return counts;
}

export function meanOf(y: Float64Array, weights: Weights = null): number {
  return meanOfRows(y.length, weights, (i) => y[i] as number);
}

/** Population standard deviation; 1 when the values don't vary, so that it can divide. */
export function spreadOf(y: Float64Array, mean: number, weights: Weights = null): number {
  const spread = Math.sqrt(meanOfRows(y.length, weights, (i) => ((y[i] as number) - mean) ** 2));
  return spread > 0 ? spread : 1;
}
