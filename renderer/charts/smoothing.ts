/** Ways to smooth a curve. Gaps (null, NaN) stay gaps and do not count. */
export type Smoothing =
  /** `amount` 0 to below 1: the weight of what was before. */
  | { kind: 'ema'; amount: number }
  /** `amount`: points on each side. */
  | { kind: 'average'; amount: number }
  /** `amount`: standard deviation of the kernel, in points. */
  | { kind: 'gaussian'; amount: number };

type Values = ArrayLike<number | null>;

/**
 * Smooths the values of a curve over its x.
 *
 * Moving averages count by points of the curve as it is drawn; the exponential one by distance along x, so that a curve
 * whose points lie unevenly is not smoothed unevenly.
 */
export function smooth(x: ArrayLike<number>, values: Values, smoothing: Smoothing): (number | null)[] {
  if (smoothing.amount <= 0) return Array.from(values, known);
  if (smoothing.kind === 'ema') return exponential(x, values, smoothing.amount);
  const { amount } = smoothing;
  return smoothing.kind === 'average'
    ? weighted(values, Math.round(amount), () => 1)
    : weighted(values, Math.ceil(3 * amount), (distance) => Math.exp(-0.5 * (distance / amount) ** 2));
}

function known(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}

/**
 * Exponential moving average with the bias of its start removed: s = w·s + (1 − w)·y, divided by 1 − (product of the w).
 * The weight of what was before falls with the distance d to the point before: w = amount^(d / usual distance).
 */
function exponential(x: ArrayLike<number>, values: Values, amount: number): (number | null)[] {
  const usual = usualDistance(x);
  const out: (number | null)[] = [];
  let average = 0;
  let bias = 1;
  let before: number | null = null;
  for (let i = 0; i < values.length; i++) {
    const value = known(values[i] ?? null);
    if (value === null) {
      out.push(null);
      continue;
    }
    const at = x[i] as number;
    // A gap of many usual distances forgets nearly everything; one of none (a repeated x) still counts a little.
    const distance = before === null || usual === 0 ? 1 : Math.max(0.01, (at - before) / usual);
    const weight = amount ** distance;
    average = weight * average + (1 - weight) * value;
    bias *= weight;
    before = at;
    out.push(average / (1 - bias));
  }
  return out;
}

function usualDistance(x: ArrayLike<number>): number {
  const distances: number[] = [];
  for (let i = 1; i < x.length; i++) distances.push((x[i] as number) - (x[i - 1] as number));
  distances.sort((a, b) => a - b);
  return distances[distances.length >> 1] ?? 0;
}

function weighted(values: Values, reach: number, weightOf: (distance: number) => number): (number | null)[] {
  const weights = Array.from({ length: reach + 1 }, (_, distance) => weightOf(distance));
  return Array.from(values, (value, at) => {
    if (known(value) === null) return null;
    let [sum, total] = [0, 0];
    for (let i = Math.max(0, at - reach); i <= Math.min(values.length - 1, at + reach); i++) {
      const other = known(values[i] ?? null);
      if (other === null) continue;
      const weight = weights[Math.abs(i - at)] ?? 0;
      sum += weight * other;
      total += weight;
    }
    return sum / total;
  });
}
