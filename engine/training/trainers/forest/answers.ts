import { leafOf, type Tree } from '../gbdt/tree.ts';
import { meanOfRows } from '../losses.ts';
import type { Rows } from '../trainer.ts';

/** What a class without a single row in the leaves counts in the log loss: as scikit-learn has it for float32. */
const LEAST_SHARE = 2 ** -23;

/** The sums of trees over rows, as the model file adds them up. */
export type Answers = {
  /** Row-major [n, answers]. */
  sums: Float64Array;
  /** Adds a tree to the rows; those with `times` alone where it is 0 there. O(rows · depth). */
  add(tree: Tree, times: Uint32Array | null): void;
  /** Log loss, or root of the mean squared error, with all that trees added multiplied by `factor`. */
  loss(factor: number): { metric: 'log_loss' | 'rmse'; value: number };
};

/** `start`: what each answer is without trees; one for numbers. */
export function answersOf({ x, y, n, weights }: Rows, width: number, start: Float32Array): Answers {
  const k = start.length;
  const sums = new Float64Array(n * k);
  for (let i = 0; i < sums.length; i++) sums[i] = start[i % k] as number;
  return {
    sums,
    add(tree, times) {
      const outputs = tree.outputs ?? tree.value;
      for (let row = 0; row < n; row++) {
        if (times && times[row] !== 0) continue;
        const from = leafOf(tree, x, row * width) * k;
        for (let c = 0, at = row * k; c < k; c++, at++) {
          sums[at] = (sums[at] as number) + (outputs[from + c] as number);
        }
      }
    },
    loss(factor) {
      if (k > 1) {
        const value = meanOfRows(n, weights, (row) => {
          const share = (sums[row * k + (y[row] as number)] as number) * factor;
          return -Math.log(Math.max(share, LEAST_SHARE));
        });
        return { metric: 'log_loss', value };
      }
      const base = start[0] as number;
      const value = meanOfRows(n, weights, (row) => {
        const answer = base + ((sums[row] as number) - base) * factor;
        return (answer - (y[row] as number)) ** 2;
      });
      return { metric: 'rmse', value: Math.sqrt(value) };
    },
  };
}
