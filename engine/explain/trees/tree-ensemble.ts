/**
 * How a node of a tree asks about its column; the names of ai.onnx.ml. A row for which it holds goes to `yes`. BRANCH_MEMBER holds for
 * the values in the set of the node.
 */
export const branchModes = [
  'BRANCH_LEQ',
  'BRANCH_LT',
  'BRANCH_GTE',
  'BRANCH_GT',
  'BRANCH_EQ',
  'BRANCH_NEQ',
  'BRANCH_MEMBER',
] as const;
export const memberMode = branchModes.indexOf('BRANCH_MEMBER');

/** A tree as parallel arrays; node 0 is the root, a leaf has `column` −1. */
export type Tree = {
  column: Int32Array;
  /** Index into `branchModes`. */
  mode: Uint8Array;
  threshold: Float64Array;
  /** Of nodes with the mode BRANCH_MEMBER. */
  sets: ReadonlyMap<number, ReadonlySet<number>>;
  /** Where a missing value goes: 1 is to `yes`. */
  missingYes: Uint8Array;
  yes: Int32Array;
  no: Int32Array;
  /** Training rows that passed each node; null where the file does not tell. */
  cover: Float64Array | null;
  /** What node i adds: `weights[j]` to the score `targets[j]`, for j from `weightStart[i]` to before `weightStart[i + 1]`. */
  weightStart: Int32Array;
  targets: Int32Array;
  weights: Float64Array;
};

/** Trees whose leaves add up to `k` scores, from `base` on. */
export type TreeEnsemble = { trees: readonly Tree[]; k: number; base: Float64Array };

/** Whether a row, which begins at `at` of the matrix, goes to `yes` at a node that is no leaf. */
export function goesYes(tree: Tree, node: number, x: ArrayLike<number>, at: number): boolean {
  const value = x[at + (tree.column[node] as number)] as number;
  if (Number.isNaN(value)) return tree.missingYes[node] === 1;
  const threshold = tree.threshold[node] as number;
  switch (tree.mode[node]) {
    case 0:
      return value <= threshold;
    case 1:
      return value < threshold;
    case 2:
      return value >= threshold;
    case 3:
      return value > threshold;
    case 4:
      return value === threshold;
    case 5:
      return value !== threshold;
    default:
      return tree.sets.get(node)?.has(value) ?? false;
  }
}

/** The raw scores of n rows, row-major [n, k]. Cost: rows × trees × depth. */
export function scoresOf(
  { trees, k, base }: TreeEnsemble,
  x: ArrayLike<number>,
  n: number,
  width: number,
): Float64Array {
  const scores = new Float64Array(n * k);
  for (let row = 0; row < n; row++) scores.set(base, row * k);
  for (const tree of trees) {
    for (let row = 0; row < n; row++) {
      let node = 0;
      while ((tree.column[node] as number) >= 0)
        node = (goesYes(tree, node, x, row * width) ? tree.yes[node] : tree.no[node]) as number;
      const end = tree.weightStart[node + 1] as number;
      for (let j = tree.weightStart[node] as number; j < end; j++) {
        const score = row * k + (tree.targets[j] as number);
        scores[score] = (scores[score] as number) + (tree.weights[j] as number);
      }
    }
  }
  return scores;
}

/** How many of n rows pass each node: the cover that path-dependent values need, where the file tells none. */
export function coverOf(tree: Tree, x: ArrayLike<number>, n: number, width: number): Float64Array {
  const cover = new Float64Array(tree.column.length);
  for (let row = 0; row < n; row++) {
    let node = 0;
    for (;;) {
      cover[node] = (cover[node] as number) + 1;
      if ((tree.column[node] as number) < 0) break;
      node = (goesYes(tree, node, x, row * width) ? tree.yes[node] : tree.no[node]) as number;
    }
  }
  return cover;
}
