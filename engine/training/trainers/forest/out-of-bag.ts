import type { Tree } from '../gbdt/tree.ts';
import type { Rows } from '../trainer.ts';
import { answersOf } from './answers.ts';

/** How well trees answer the training rows that they did not see (Breiman 2001). */
export type OutOfBag = {
  /** Adds a tree to the rows that it drew no times. */
  add(tree: Tree, times: Uint32Array): void;
  /** Accuracy or R² over the rows that some tree did not see, and their share; nothing when there are none. */
  score(trees: number): Record<string, number>;
};

export function outOfBag(rows: Rows, width: number, start: Float32Array): OutOfBag {
  const { y, n, weights } = rows;
  const k = start.length;
  const counts = new Uint32Array(n);
  let answers: ReturnType<typeof answersOf> | null = null;
  return {
    add(tree, times) {
      answers ??= answersOf(rows, width, start);
      answers.add(tree, times);
      for (let row = 0; row < n; row++) if (times[row] === 0) counts[row] = (counts[row] as number) + 1;
    },
    score(trees) {
      if (!answers) return {};
      const { sums } = answers;
      const seen = [...counts.keys()].filter((row) => (counts[row] as number) > 0);
      if (seen.length === 0) return {};
      const score =
        k > 1
          ? accuracy(seen, weights, (row) => classOf(sums.subarray(row * k, (row + 1) * k)) === y[row])
          : rSquared(seen, y, weights, (row) => {
              const base = start[0] as number;
              return base + (((sums[row] as number) - base) * trees) / (counts[row] as number);
            });
      return { [k > 1 ? 'outOfBagAccuracy' : 'outOfBagR2']: score, outOfBagShare: seen.length / n };
    },
  };
}

function classOf(shares: Float64Array): number {
  let best = 0;
  for (let c = 1; c < shares.length; c++) if ((shares[c] as number) > (shares[best] as number)) best = c;
  return best;
}

function accuracy(rows: readonly number[], weights: Rows['weights'], isRight: (row: number) => boolean) {
  let right = 0;
  let total = 0;
  for (const row of rows) {
    const weight = weights ? (weights[row] as number) : 1;
    total += weight;
    if (isRight(row)) right += weight;
  }
  return right / total;
}

/** 1 − the squared error over that of the mean; 0 where the targets do not vary. */
function rSquared(
  rows: readonly number[],
  y: Float64Array,
  weights: Rows['weights'],
  answerOf: (row: number) => number,
): number {
  const weightOf = (row: number) => (weights ? (weights[row] as number) : 1);
  const total = rows.reduce((sum, row) => sum + weightOf(row), 0);
  const mean = rows.reduce((sum, row) => sum + weightOf(row) * (y[row] as number), 0) / total;
  let error = 0;
  let spread = 0;
  for (const row of rows) {
    error += weightOf(row) * (answerOf(row) - (y[row] as number)) ** 2;
    spread += weightOf(row) * (mean - (y[row] as number)) ** 2;
  }
  return spread > 0 ? 1 - error / spread : 0;
}
