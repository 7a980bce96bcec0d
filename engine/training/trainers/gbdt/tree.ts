/** A tree as parallel arrays; node 0 is the root, a leaf has `column` −1. `x ≤ threshold` goes left. */
export type Tree = {
  column: Int32Array;
  threshold: Float32Array;
  missingLeft: Uint8Array;
  left: Int32Array;
  right: Int32Array;
  /** What a leaf adds to the raw score (learning rate included); float32 values. */
  value: Float32Array;
  /** Which raw score it adds to. */
  target: number;
};

/** The leaf that a row reaches, by its raw values. */
function leafOf(tree: Tree, x: Float32Array, at: number): number {
  const { column, threshold, left, right, missingLeft } = tree;
  let node = 0;
  for (;;) {
    const c = column[node] as number;
    if (c < 0) return node;
    const v = x[at + c] as number;
    const goesLeft = Number.isNaN(v) ? missingLeft[node] === 1 : v <= (threshold[node] as number);
    node = (goesLeft ? left[node] : right[node]) as number;
  }
}

/** Adds a tree to raw scores [n, k] of all rows, or of `rows` alone. O(rows · depth). */
export function addTree(
  tree: Tree,
  x: Float32Array,
  width: number,
  n: number,
  scores: Float64Array,
  k: number,
  rows?: Uint32Array,
): void {
  const count = rows?.length ?? n;
  for (let i = 0; i < count; i++) {
    const row = rows ? (rows[i] as number) : i;
    const at = row * k + tree.target;
    scores[at] = (scores[at] as number) + (tree.value[leafOf(tree, x, row * width)] as number);
  }
}
