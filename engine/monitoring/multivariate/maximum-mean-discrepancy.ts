import { medianOf, seededRandom, shuffle } from '../../statistics/index.ts';

/**
 * The unbiased squared maximum mean discrepancy of two samples of vectors (Gretton et al. 2012), row-major [rows, width], with
 * the kernel exp(−‖a − b‖² / (2σ²)), σ² half the median squared distance of all pairs, and its p-value by permutations of the
 * rows. Same input and seed, same answer. Cost: O(N² · width) and O(N²) a permutation; memory 4 bytes a pair.
 */
export function maximumMeanDiscrepancy(
  x: Float64Array,
  y: Float64Array,
  width: number,
  { seed, permutations }: { seed: number; permutations: number },
): { mmd2: number; pValue: number } {
  const m = x.length / width;
  const n = y.length / width;
  const kernel = kernelMatrix(x, y, width);
  const rows = Int32Array.from({ length: m + n }, (_, i) => i);
  const mmd2 = statistic(kernel, rows, m);
  const random = seededRandom(seed, 'mmd/permutations');
  let asLarge = 1;
  for (let i = 0; i < permutations; i++) {
    shuffle(rows, random);
    if (statistic(kernel, rows, m) >= mmd2) asLarge += 1;
  }
  return { mmd2, pValue: asLarge / (permutations + 1) };
}

function kernelMatrix(x: Float64Array, y: Float64Array, width: number): Float32Array {
  const m = x.length / width;
  const all = m + y.length / width;
  const at = (row: number, k: number) => (row < m ? x[row * width + k] : y[(row - m) * width + k]) as number;
  const kernel = new Float32Array(all * all);
  const distances: number[] = [];
  for (let i = 0; i < all; i++) {
    for (let j = 0; j < i; j++) {
      let square = 0;
      for (let k = 0; k < width; k++) square += (at(i, k) - at(j, k)) ** 2;
      kernel[i * all + j] = square;
      kernel[j * all + i] = square;
      distances.push(square);
    }
  }
  const median = medianOf(distances);
  const variance = median > 0 ? median / 2 : 1;
  for (let i = 0; i < kernel.length; i++) kernel[i] = Math.exp(-(kernel[i] as number) / (2 * variance));
  return kernel;
}

/** Of the first `m` of the rows against the others. */
function statistic(kernel: Float32Array, rows: Int32Array, m: number): number {
  const all = rows.length;
  const n = all - m;
  const isFirst = new Uint8Array(all);
  for (let i = 0; i < m; i++) isFirst[rows[i] as number] = 1;
  let [within, between, other] = [0, 0, 0];
  for (let i = 0; i < all; i++) {
    const start = i * all;
    let first = 0;
    let rest = 0;
    for (let j = 0; j < i; j++) {
      const value = kernel[start + j] as number;
      if (isFirst[j] === 1) first += value;
      else rest += value;
    }
    if (isFirst[i] === 1) {
      within += first;
      between += rest;
    } else {
      between += first;
      other += rest;
    }
  }
  return (2 * within) / (m * (m - 1)) + (2 * other) / (n * (n - 1)) - (2 * between) / (m * n);
}
