import { type Sample, sampleOf } from '../../../../../engine/monitoring/statistics/sample.ts';

/**
 * Windows that any language can make: a linear congruential generator (state 42, 1664525 s + 1013904223 mod 2^32, u =
 * s / 2^32), normals as the sum of twelve u less 6. In one stream: 500 reference numbers, 400 current ones (0.3 + 1.1
 * z), 500 and 400 categories, 500 and 400 bits. The golden values in the tests were made from them with SciPy 1.17.1 and NumPy.
 */
export type GoldenWindows = {
  referenceNumbers: Float64Array;
  currentNumbers: Float64Array;
  reference: Sample;
  current: Sample;
  referenceCategories: number[];
  currentCategories: number[];
  referenceBits: number[];
  currentBits: number[];
};

export function uniforms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

export function normals(next: () => number): () => number {
  return () => {
    let sum = 0;
    for (let i = 0; i < 12; i++) sum += next();
    return sum - 6;
  };
}

export function goldenWindows(): GoldenWindows {
  const next = uniforms(42);
  const normal = normals(next);
  const referenceNumbers = Float64Array.from({ length: 500 }, normal);
  const currentNumbers = Float64Array.from({ length: 400 }, () => 0.3 + 1.1 * normal());
  const referenceCategories = drawCategories(next, 500, [0.4, 0.7, 0.9]);
  const currentCategories = drawCategories(next, 400, [0.3, 0.6, 0.8]);
  const referenceBits = Array.from({ length: 500 }, () => Number(next() < 0.3));
  const currentBits = Array.from({ length: 400 }, () => Number(next() < 0.38));
  return {
    referenceNumbers,
    currentNumbers,
    reference: sampleOf(referenceNumbers.slice()),
    current: sampleOf(currentNumbers.slice()),
    referenceCategories,
    currentCategories,
    referenceBits,
    currentBits,
  };
}

function drawCategories(next: () => number, size: number, cumulative: readonly number[]): number[] {
  const counts = new Array<number>(cumulative.length + 1).fill(0);
  for (let i = 0; i < size; i++) {
    const u = next();
    const at = cumulative.findIndex((limit) => u < limit);
    const category = at === -1 ? cumulative.length : at;
    counts[category] = (counts[category] ?? 0) + 1;
  }
  return counts;
}
