/** A curve to be put together with others. */
export type PlainCurve = { x: ArrayLike<number>; y: ArrayLike<number | null> };

/** What the area around a mean shows. */
export type Spread = 'range' | 'std' | 'error' | 'interval';

export type GroupCurve = {
  x: number[];
  mean: number[];
  low: number[];
  high: number[];
  /** Curves that have a value there. */
  count: number[];
};

const MOST_PLACES = 400;

/**
 * The mean of several curves with a band: over places of all curves together (at most 400), each read between its points
 * in proportion and only within its own reach. Costs curves × places.
 *
 * - `range`: from the lowest to the highest curve
 * - `std`, `error`: one standard deviation (n − 1), or standard error, on each side
 * - `interval`: the 95 % confidence interval of the mean, by Student's t
 *
 * Where only one curve is left, the band closes.
 */
export function groupCurve(curves: readonly PlainCurve[], spread: Spread, isLogX = false): GroupCurve {
  const x = placesOf(curves, isLogX);
  const out: GroupCurve = { x, mean: [], low: [], high: [], count: [] };
  const readers = curves.map((curve) => reader(curve));
  for (const at of x) {
    const values = readers.map((read) => read(at)).filter(Number.isFinite);
    const { mean, low, high } = summarise(values, spread);
    out.mean.push(mean);
    out.low.push(low);
    out.high.push(high);
    out.count.push(values.length);
  }
  return out;
}

function summarise(values: readonly number[], spread: Spread) {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (spread === 'range') return { mean, low: Math.min(...values), high: Math.max(...values) };
  if (n < 2) return { mean, low: mean, high: mean };
  const std = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  const factor = { std: 1, error: 1 / Math.sqrt(n), interval: tQuantile975(n - 1) / Math.sqrt(n) }[spread];
  return { mean, low: mean - factor * std, high: mean + factor * std };
}

function placesOf(curves: readonly PlainCurve[], isLogX: boolean): number[] {
  const all = [...new Set(curves.flatMap((curve) => Array.from(curve.x)))].sort((a, b) => a - b);
  if (all.length <= MOST_PLACES) return all;
  const [from, to] = [all.find((at) => !isLogX || at > 0) ?? 0, all.at(-1) ?? 1];
  return Array.from({ length: MOST_PLACES }, (_, index) => {
    const share = index / (MOST_PLACES - 1);
    return isLogX ? from * (to / from) ** share : from + (to - from) * share;
  });
}

/** Reads a curve at ascending places in one pass; NaN outside of it and in its gaps. */
export function reader({ x, y }: PlainCurve): (at: number) => number {
  let next = 0;
  return (at) => {
    while (next < x.length && (x[next] as number) < at) next += 1;
    const after = x[next];
    if (after === undefined) return Number.NaN;
    const valueAfter = y[next] ?? Number.NaN;
    if (after === at) return valueAfter;
    const before = x[next - 1];
    if (before === undefined) return Number.NaN;
    const valueBefore = y[next - 1] ?? Number.NaN;
    return valueBefore + ((valueAfter - valueBefore) * (at - before)) / (after - before);
  };
}

const few = [12.706, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.306, 2.2622, 2.2281];

/**
 * The 97.5 % point of Student's t: tabulated up to 10 degrees of freedom, beyond by the expansion around the normal
 * quantile (Abramowitz and Stegun, 26.7.5), exact to four digits there.
 */
export function tQuantile975(df: number): number {
  const tabulated = few[df - 1];
  if (tabulated !== undefined) return tabulated;
  const z = 1.959963984540054;
  return (
    z +
    (z ** 3 + z) / (4 * df) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * df ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * df ** 3)
  );
}
