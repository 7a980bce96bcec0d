import { upperIncompleteGamma } from '../../statistics/index.ts';
import { pooledQuantile, type Sample } from './sample.ts';

/** Points of the characteristic function, in half interquartile ranges. */
const POINTS = [0.4, 0.8];
/** Below so many values on both sides the statistic is corrected for small samples. */
const SMALL = 25;

/**
 * Epps and Singleton's test (1986): the empirical characteristic functions of both samples at two points. Agrees with SciPy's
 * `epps_singleton_2samp`. Null where the middle half of all values is one value. At least five values a side. Cost: four
 * trigonometric functions a distinct value.
 */
export function eppsSingleton(x: Sample, y: Sample): { statistic: number; pValue: number } | null {
  const half = (pooledQuantile(x, y, 0.75) - pooledQuantile(x, y, 0.25)) / 2;
  if (half === 0) return null;
  const points = POINTS.map((point) => point / half);
  const [first, second] = [wavesOf(x, points), wavesOf(y, points)];
  const size = x.size + y.size;
  const covariance = first.covariance.map(
    (value, i) => (size / x.size) * value + (size / y.size) * (second.covariance[i] as number),
  );
  const difference = first.mean.map((value, i) => value - (second.mean[i] as number));
  const { value, rank } = inverseForm(covariance, difference);
  let statistic = size * value;
  if (Math.max(x.size, y.size) < SMALL)
    statistic /= 1 + size ** -0.45 + 10.1 * (x.size ** -1.7 + y.size ** -1.7);
  return { statistic, pValue: upperIncompleteGamma(rank / 2, statistic / 2) };
}

/** Mean and population covariance of cosines and sines of the sample. */
function wavesOf(
  { values, counts, size }: Sample,
  points: readonly number[],
): { mean: number[]; covariance: number[] } {
  const width = points.length * 2;
  const sums = new Float64Array(width);
  const products = new Float64Array(width * width);
  const wave = new Float64Array(width);
  for (let i = 0; i < values.length; i++) {
    const count = counts[i] as number;
    for (let p = 0; p < points.length; p++) {
      const angle = (points[p] as number) * (values[i] as number);
      wave[p] = Math.cos(angle);
      wave[p + points.length] = Math.sin(angle);
    }
    for (let a = 0; a < width; a++) {
      const weighted = count * (wave[a] as number);
      sums[a] = (sums[a] as number) + weighted;
      for (let b = 0; b <= a; b++)
        products[a * width + b] = (products[a * width + b] as number) + weighted * (wave[b] as number);
    }
  }
  const mean = Array.from(sums, (sum) => sum / size);
  const covariance = Array.from({ length: width * width }, (_, place) => {
    const [a, b] = [Math.floor(place / width), place % width];
    const product = (products[Math.max(a, b) * width + Math.min(a, b)] as number) / size;
    return product - (mean[a] as number) * (mean[b] as number);
  });
  return { mean, covariance };
}

/** vᵀ C⁺ v and the rank of C, by Jacobi's rotations of the symmetric matrix C. */
function inverseForm(matrix: number[], vector: number[]): { value: number; rank: number } {
  const n = vector.length;
  const c = matrix.slice();
  const v = vector.slice();
  const at = (i: number, j: number) => c[i * n + j] as number;
  for (let sweep = 0; sweep < 50; sweep++) {
    for (let p = 0; p < n - 1; p++) {
      for (let q = p + 1; q < n; q++) {
        if (at(p, q) === 0) continue;
        const angle = 0.5 * Math.atan2(2 * at(p, q), at(q, q) - at(p, p));
        const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
        for (let k = 0; k < n; k++) {
          const [a, b] = [at(k, p), at(k, q)];
          c[k * n + p] = cos * a - sin * b;
          c[k * n + q] = sin * a + cos * b;
        }
        for (let k = 0; k < n; k++) {
          const [a, b] = [at(p, k), at(q, k)];
          c[p * n + k] = cos * a - sin * b;
          c[q * n + k] = sin * a + cos * b;
        }
        const [a, b] = [v[p] as number, v[q] as number];
        v[p] = cos * a - sin * b;
        v[q] = sin * a + cos * b;
      }
    }
  }
  const values = v.map((_, i) => at(i, i));
  const largest = Math.max(...values);
  let value = 0;
  let rank = 0;
  for (const [i, eigenvalue] of values.entries()) {
    if (eigenvalue <= largest * 1e-15) continue;
    value += (v[i] as number) ** 2 / eigenvalue;
    rank += 1;
  }
  return { value, rank };
}
