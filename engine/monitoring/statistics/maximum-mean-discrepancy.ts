import { type SeededRandom, sampleIndices, seededRandom, shuffle } from '../../statistics/index.ts';
import { sortNumbers } from './radix-sort.ts';
import type { Sample } from './sample.ts';

/** The kernel matrix is square in the values: larger windows give so many, at random. */
const MOST_VALUES = 1000;
const ROUNDS = 100;

/**
 * The unbiased squared maximum mean discrepancy in a Gaussian kernel whose width is half the median squared distance within the
 * reference (Gretton 2012), with a p-value by 100 permutations. At least two values a side. Cost: square in the values, of
 * which at most 1,000 a side are taken.
 */
export function maximumMeanDiscrepancy(x: Sample, y: Sample): { statistic: number; pValue: number } {
  const random = seededRandom(0, 'maximum mean discrepancy');
  const first = drawn(x, random);
  const second = drawn(y, random);
  const values = Float64Array.of(...first, ...second);
  const scale = 1 / (2 * kernelVariance(first));
  const kernel = new Float64Array(values.length ** 2);
  for (let i = 0; i < values.length; i++) {
    for (let j = 0; j < i; j++) {
      const near = Math.exp(-scale * ((values[i] as number) - (values[j] as number)) ** 2);
      kernel[i * values.length + j] = near;
      kernel[j * values.length + i] = near;
    }
  }
  const order = Uint32Array.from(values, (_, i) => i);
  const statistic = discrepancy(kernel, order, first.length);
  let asLarge = 0;
  for (let round = 0; round < ROUNDS; round++) {
    shuffle(order, random);
    if (discrepancy(kernel, order, first.length) >= statistic) asLarge += 1;
  }
  return { statistic, pValue: (asLarge + 1) / (ROUNDS + 1) };
}

function drawn(sample: Sample, random: SeededRandom): Float64Array {
  const places = sampleIndices(sample.size, MOST_VALUES, random);
  const taken = new Float64Array(places.length);
  let below = 0;
  let value = -1;
  for (const [i, place] of places.entries()) {
    while (below <= place) below += sample.counts[++value] as number;
    taken[i] = sample.values[value] as number;
  }
  return taken;
}

/** Half the median squared distance of all pairs, each value with itself included; 1/2 where that is 0. */
function kernelVariance(values: Float64Array): number {
  const n = values.length;
  const squares = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) squares[i * n + j] = ((values[i] as number) - (values[j] as number)) ** 2;
  }
  sortNumbers(squares);
  return (squares[Math.round((squares.length - 1) / 2)] as number) / 2 || 0.5;
}

/** The first `m` of the order against the rest. */
function discrepancy(kernel: Float64Array, order: Uint32Array, m: number): number {
  const size = order.length;
  const n = size - m;
  const isFirst = new Uint8Array(size);
  for (let i = 0; i < m; i++) isFirst[order[i] as number] = 1;
  const sums = [0, 0, 0];
  for (let i = 0; i < size; i++) {
    const sides = isFirst[i] as number;
    let same = 0;
    let across = 0;
    for (let j = 0; j < i; j++) {
      const near = kernel[i * size + j] as number;
      if (isFirst[j] === sides) same += near;
      else across += near;
    }
    sums[sides] = (sums[sides] as number) + 2 * same;
    sums[2] = (sums[2] as number) + across;
  }
  const [withinY, withinX, across] = sums as [number, number, number];
  return withinX / (m * (m - 1)) + withinY / (n * (n - 1)) - (2 * across) / (m * n);
}
