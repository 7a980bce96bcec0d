import { medianOf, seededRandom, shuffle } from '../../statistics/index.ts';
import { areaOf, type TellingApart } from '../multivariate/domain-classifier.ts';
import type { Vectors } from './vectors.ts';

export type KernelTest = {
  /** Unbiased, with the bandwidth that Evidently takes: the median distance between vectors of both sides. */
  mmd2: number;
  pValue: number;
  /** How well the kernel alone tells the sides apart: each vector by how much more it is like the others of one side. */
  area: Omit<TellingApart, 'importances'>;
};

/** As many permutations at least as large as the observed tell that nothing is there; more would not change it. */
const ENOUGH = 20;

/**
 * The unbiased squared maximum mean discrepancy of two samples of vectors (Gretton et al. 2012) with the kernel
 * exp(−‖a − b‖² / s²), and its p-value by permutations of the rows. The p-value uses the median distance of all pairs as s, which
 * no permutation changes, so that the test is exact; permutations end early once 20 were as large (Besag and Clifford 1991).
 * Same input and seed, same answer. Cost: O(N² · width), and O(m²) a permutation; memory 24 bytes a pair.
 */
export function kernelTest(
  x: Vectors,
  y: Vectors,
  { seed, permutations }: { seed: number; permutations: number },
): KernelTest {
  const m = x.rows;
  const all = m + y.rows;
  const squares = squaredDistances(x, y);
  const mmd2 = discrepancy(squares, medianOf(distancesBetween(squares, m, all)), m, all);
  const kernel = kernelOf(squares, Math.sqrt(medianOf(squaresOfPairs(squares, all))));
  return { mmd2, ...permuted(kernel, m, all, seed, permutations), area: witnessArea(kernel, m, all) };
}

function squaredDistances(x: Vectors, y: Vectors): Float64Array {
  const { width } = x;
  const all = x.rows + y.rows;
  const values = new Float64Array(all * width);
  values.set(x.values);
  values.set(y.values, x.rows * width);
  const squares = new Float64Array(all * all);
  for (let i = 0; i < all; i++) {
    for (let j = 0; j < i; j++) {
      let square = 0;
      for (let k = 0; k < width; k++) {
        const away = (values[i * width + k] as number) - (values[j * width + k] as number);
        square += away * away;
      }
      squares[i * all + j] = square;
      squares[j * all + i] = square;
    }
  }
  return squares;
}

function distancesBetween(squares: Float64Array, m: number, all: number): Float64Array {
  const n = all - m;
  return Float64Array.from({ length: m * n }, (_, at) =>
    Math.sqrt(squares[Math.floor(at / n) * all + m + (at % n)] as number),
  );
}

function squaresOfPairs(squares: Float64Array, all: number): Float64Array {
  const found = new Float64Array((all * (all - 1)) / 2);
  let at = 0;
  for (let i = 0; i < all; i++) for (let j = 0; j < i; j++) found[at++] = squares[i * all + j] as number;
  return found;
}

function kernelOf(squares: Float64Array, scale: number): Float32Array {
  const square = scale > 0 ? scale * scale : 1;
  return Float32Array.from(squares, (value) => Math.exp(-value / square));
}

function discrepancy(squares: Float64Array, scale: number, m: number, all: number): number {
  const n = all - m;
  const square = scale > 0 ? scale * scale : 1;
  let [within, other, between] = [0, 0, 0];
  for (let i = 0; i < all; i++) {
    for (let j = 0; j < i; j++) {
      const value = Math.exp(-(squares[i * all + j] as number) / square);
      if (i < m) within += value;
      else if (j >= m) other += value;
      else between += value;
    }
  }
  return (2 * within) / (m * (m - 1)) + (2 * other) / (n * (n - 1)) - (2 * between) / (m * n);
}

function permuted(
  kernel: Float32Array,
  m: number,
  all: number,
  seed: number,
  permutations: number,
): { pValue: number } {
  const n = all - m;
  const sums = Float64Array.from({ length: all }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < all; j++) if (j !== i) sum += kernel[i * all + j] as number;
    return sum;
  });
  const total = sums.reduce((sum, one) => sum + one, 0);
  // What lies between the sides follows from the sums of rows: only pairs of the first side are added up.
  const statistic = (first: Int32Array): number => {
    let within = 0;
    let rows = 0;
    for (let i = 0; i < m; i++) {
      const start = (first[i] as number) * all;
      rows += sums[first[i] as number] as number;
      for (let j = 0; j < i; j++) within += kernel[start + (first[j] as number)] as number;
    }
    const between = rows - 2 * within;
    const other = (total - rows - between) / 2;
    return (2 * within) / (m * (m - 1)) + (2 * other) / (n * (n - 1)) - (2 * between) / (m * n);
  };
  const order = Int32Array.from({ length: all }, (_, i) => i);
  const observed = statistic(order);
  const random = seededRandom(seed, 'mmd/permutations');
  let asLarge = 0;
  for (let done = 1; done <= permutations; done++) {
    shuffle(order, random);
    if (statistic(order) >= observed) asLarge += 1;
    if (asLarge === ENOUGH) return { pValue: ENOUGH / done };
  }
  return { pValue: (asLarge + 1) / (permutations + 1) };
}

function witnessArea(kernel: Float32Array, m: number, all: number) {
  const n = all - m;
  const scores = Float64Array.from({ length: all }, (_, i) => {
    let [first, second] = [0, 0];
    for (let j = 0; j < all; j++) {
      if (j === i) continue;
      if (j < m) first += kernel[i * all + j] as number;
      else second += kernel[i * all + j] as number;
    }
    // Without the vector itself, or each would look like its own side.
    return second / (i < m ? n : n - 1) - first / (i < m ? m - 1 : m);
  });
  return areaOf(scores, (row) => row >= m);
}
