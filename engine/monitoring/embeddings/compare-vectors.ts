import {
  type EmbeddingMethod,
  type EmbeddingResult,
  embeddingMethods,
} from '../../../local-api/contract/index.ts';
import { sampleOf } from '../statistics/sample.ts';
import { scaledWasserstein } from '../statistics/wasserstein.ts';
import { type KernelTest, kernelTest } from './maximum-mean-discrepancy.ts';
import { tellVectorsApart, type VectorsApart } from './tell-vectors-apart.ts';
import { componentOf, meanVector, someVectors, type Vectors } from './vectors.ts';

export type VectorComparison = {
  results: Omit<EmbeddingResult, 'threshold' | 'drifted'>[];
  apart: VectorsApart['area'];
  kernel: KernelTest;
  scores: { edges: number[]; reference: number[]; current: number[] };
};

const CLASSIFIER_ROWS = 4000;
const KERNEL_ROWS = 700;
/** Pairs times components of the kernel: some half a second. */
const KERNEL_WORK = 4e8;
const PERMUTATIONS = 999;
/** Evidently's limit for one component. */
const COMPONENT_LIMIT = 0.1;
const BINS = 30;

/**
 * Every method for two samples of vectors of one length, at least two a side. Distances of means and the share of drifted components
 * are of all vectors and equal Evidently's; the classifier looks at up to 4,000 of a side, the kernel at up to 700, fewer where
 * vectors are longer than 800.
 */
export function compareVectors(x: Vectors, y: Vectors, seed: number): VectorComparison {
  const apart = tellVectorsApart(
    someVectors(x, CLASSIFIER_ROWS, seed),
    someVectors(y, CLASSIFIER_ROWS, seed + 1),
    seed,
  );
  const most = Math.min(KERNEL_ROWS, Math.floor(Math.sqrt(KERNEL_WORK / x.width)));
  const kernel = kernelTest(someVectors(x, most, seed + 2), someVectors(y, most, seed + 3), {
    seed,
    permutations: PERMUTATIONS,
  });
  const [a, b] = [meanVector(x), meanVector(y)];
  const gaps = a.map((value, k) => Math.abs(value - (b[k] as number)));
  const score = (method: EmbeddingMethod, value: number, pValue: number | null = null) => ({
    method,
    score: value,
    pValue,
  });
  return {
    apart: apart.area,
    kernel,
    results: [
      score('embedding-distance', Math.sqrt(gaps.reduce((sum, gap) => sum + gap * gap, 0))),
      score('embedding-cosine', cosineDistance(a, b)),
      score(
        'embedding-cityblock',
        gaps.reduce((sum, gap) => sum + gap, 0),
      ),
      score(
        'embedding-chebyshev',
        gaps.reduce((most, gap) => Math.max(most, gap), 0),
      ),
      score('embedding-classifier', apart.area.auc, apart.area.pValue),
      score('embedding-share', driftedComponents(x, y)),
      score('embedding-mmd', Math.max(0, kernel.mmd2), kernel.pValue),
    ],
    scores: histogramOf(apart.scores, Math.min(x.rows, CLASSIFIER_ROWS)),
  };
}

/** What a method alone says of its score. Evidently's rule: above the threshold. */
export function judgeVectors(
  result: Omit<EmbeddingResult, 'threshold' | 'drifted'>,
  threshold: number | undefined,
): EmbeddingResult {
  const limit = threshold ?? embeddingMethods[result.method].defaultThreshold;
  return { ...result, threshold: limit, drifted: result.score > limit };
}

function cosineDistance(a: Float64Array, b: Float64Array): number {
  let [dot, left, right] = [0, 0, 0];
  for (let k = 0; k < a.length; k++) {
    dot += (a[k] as number) * (b[k] as number);
    left += (a[k] as number) ** 2;
    right += (b[k] as number) ** 2;
  }
  // Nothing has no direction: it is as far from others as what stands at a right angle.
  return left === 0 || right === 0 ? Number(left !== right) : 1 - dot / Math.sqrt(left * right);
}

function driftedComponents(x: Vectors, y: Vectors): number {
  let drifted = 0;
  for (let k = 0; k < x.width; k++) {
    const score = scaledWasserstein(sampleOf(componentOf(x, k)), sampleOf(componentOf(y, k)));
    if (score >= COMPONENT_LIMIT) drifted += 1;
  }
  return drifted / x.width;
}

/** Shares of both sides over bins of equal width; the outermost 1 % at either end lie in the last ones. */
function histogramOf(scores: Float64Array, reference: number): VectorComparison['scores'] {
  const sorted = scores.toSorted();
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] as number;
  const [low, high] = [at(0.01), at(0.99)];
  const width = (high - low) / BINS || 1;
  const shares = (side: Float64Array): number[] => {
    const counts = new Array<number>(BINS).fill(0);
    for (const score of side) {
      const bin = Math.min(BINS - 1, Math.max(0, Math.floor((score - low) / width)));
      counts[bin] = (counts[bin] as number) + 1;
    }
    return counts.map((count) => count / side.length);
  };
  return {
    edges: Array.from({ length: BINS + 1 }, (_, i) => low + i * width),
    reference: shares(scores.subarray(0, reference)),
    current: shares(scores.subarray(reference)),
  };
}
