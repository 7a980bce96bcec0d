import { transformNumber } from './number-transform.ts';

/** Beyond this a power leaves nothing but the largest value. */
const bounds = { low: -10, high: 10 };
const tolerance = 1e-9;

/** More values than this hardly move the power. */
const maxValues = 100_000;

/** The deviation must stay this large beside the values, or rounding decides. */
const leastSpread = 1e-9;

/**
 * The power with the greatest likelihood that the transformed values are normal (Box & Cox 1964; Yeo & Johnson 2000), for
 * values without NaN; of more than 100,000, those at even distances. Found by Brent's method, which starts at the best of a
 * coarse grid. Cost: some 60 passes over the values.
 */
export function powerLambda(kind: 'yeoJohnson' | 'boxCox', all: Float64Array): number {
  const step = Math.max(1, all.length / maxValues);
  const values = Float64Array.from(
    { length: Math.floor(all.length / step) },
    (_, index) => all[Math.floor(index * step)] as number,
  );
  // What the change of units adds to the likelihood, a unit of lambda.
  let units = 0;
  for (const x of values) units += kind === 'boxCox' ? Math.log(x) : Math.sign(x) * Math.log(Math.abs(x) + 1);
  const loss = (lambda: number): number => {
    const spread = variance(values, { kind, lambda });
    return spread === null
      ? Number.POSITIVE_INFINITY
      : (values.length / 2) * Math.log(spread) - (lambda - 1) * units;
  };
  let start = 1;
  let least = loss(start);
  for (let lambda = bounds.low; lambda <= bounds.high; lambda += 1) {
    const value = loss(lambda);
    if (value < least) {
      least = value;
      start = lambda;
    }
  }
  // No power brings values of both signs this large together: they stay as they are.
  if (!Number.isFinite(least)) return 1;
  return minimum(loss, Math.max(bounds.low, start - 1), start, Math.min(bounds.high, start + 1));
}

/** null where the result would not be told apart from rounding. */
function variance(
  values: Float64Array,
  transform: { kind: 'yeoJohnson' | 'boxCox'; lambda: number },
): number | null {
  let sum = 0;
  let largest = 0;
  const transformed = new Float64Array(values.length);
  for (let index = 0; index < values.length; index += 1) {
    const value = transformNumber(transform, values[index] as number);
    transformed[index] = value;
    sum += value;
    largest = Math.max(largest, Math.abs(value));
  }
  const mean = sum / values.length;
  let squares = 0;
  for (const value of transformed) squares += (value - mean) ** 2;
  const result = squares / values.length;
  return Number.isFinite(result) && result > (leastSpread * largest) ** 2 ? result : null;
}

/** Golden sections between `low` and `high`, sped up by parabolas (Brent 1973, "Algorithms for Minimization without Derivatives", ch. 5). */
function minimum(f: (x: number) => number, low: number, start: number, high: number): number {
  const golden = (3 - Math.sqrt(5)) / 2;
  let [a, b] = [low, high];
  let [x, w, v] = [start, start, start];
  let fx = f(x);
  let [fw, fv] = [fx, fx];
  let step = 0;
  let before = 0;
  for (let iteration = 0; iteration < 100; iteration += 1) {
    const middle = (a + b) / 2;
    const near = tolerance * Math.abs(x) + tolerance;
    if (Math.abs(x - middle) <= 2 * near - (b - a) / 2) break;
    const r = (x - w) * (fx - fv);
    const q = (x - v) * (fx - fw);
    const p = (x - v) * q - (x - w) * r;
    const scale = 2 * (q - r);
    const jump = scale === 0 ? Number.POSITIVE_INFINITY : -p / scale;
    const isParabola =
      Math.abs(jump) < Math.abs(before) / 2 && x + jump > a + 2 * near && x + jump < b - 2 * near;
    if (isParabola) [before, step] = [step, jump];
    else {
      before = x < middle ? b - x : a - x;
      step = golden * before;
    }
    const u = x + (Math.abs(step) >= near ? step : Math.sign(step) * near);
    const fu = f(u);
    if (fu <= fx) {
      if (u >= x) a = x;
      else b = x;
      [v, fv, w, fw, x, fx] = [w, fw, x, fx, u, fu];
    } else {
      if (u < x) a = u;
      else b = u;
      if (fu <= fw || w === x) [v, fv, w, fw] = [w, fw, u, fu];
      else if (fu <= fv || v === x || v === w) [v, fv] = [u, fu];
    }
  }
  return x;
}
