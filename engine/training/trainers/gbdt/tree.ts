/**
 * A tree as parallel arrays; node 0 is the root, a leaf has `column` −1. `x ≤ threshold` goes left; in a node with a list
 * of categories, those on the list do. NaN goes left where `missingLeft` says so.
 */
export type Tree = {
  column: Int32Array;
  threshold: Float32Array;
  missingLeft: Uint8Array;
  left: Int32Array;
  right: Int32Array;
  /** What a leaf adds to the raw score (learning rate included); float32 values. */
  value: Float32Array;
  /** Training rows that reached the node. */
  rows: Float64Array;
  /** Which of `lists` a node goes by; −1: the threshold. */
  list: Int32Array;
  /** By code, 1 for those that go left; codes beyond the end go right. */
  lists: readonly Uint8Array[];
  /** Which raw score it adds to. */
  target: number;
  /** What leaves add to each of several scores, [nodes, scores]; then `value` and `target` say nothing. */
  outputs?: Float32Array;
};

/** The leaf that a row reaches, by its raw values. */
export function leafOf(tree: Tree, x: Float32Array, at: number): number {
  const { column, threshold, left, right, missingLeft, list, lists } = tree;
  let node = 0;
  for (;;) {
    const c = column[node] as number;
    if (c < 0) return node;
    const v = x[at + c] as number;
    const of = list[node] as number;
    const goesLeft = Number.isNaN(v)
      ? missingLeft[node] === 1
      : of < 0
        ? v <= (threshold[node] as number)
        : (lists[of] as Uint8Array)[v] === 1;
    node = (goesLeft ? left[node] : right[node]) as number;
  }
}

/** Adds `factor` times a tree to raw scores [n, k] of all rows, or of `rows` alone. O(rows · depth). */
export function addTree(
  tree: Tree,
  x: Float32Array,
  width: number,
  n: number,
  scores: Float64Array,
  k: number,
  rows?: Uint32Array | null,
  factor = 1,
): void {
  const count = rows?.length ?? n;
  for (let i = 0; i < count; i++) {
    const row = rows ? (rows[i] as number) : i;
    const at = row * k + tree.target;
    scores[at] = (scores[at] as number) + factor * (tree.value[leafOf(tree, x, row * width)] as number);
  }
}

/** Collects the nodes of a tree of at most `leaves` leaves. */
export function treeBuffer(leaves: number) {
  const size = 2 * leaves - 1;
  const column = new Int32Array(size).fill(-1);
  const threshold = new Float32Array(size);
  const missingLeft = new Uint8Array(size);
  const left = new Int32Array(size);
  const right = new Int32Array(size);
  const value = new Float32Array(size);
  const rows = new Float64Array(size);
  const list = new Int32Array(size).fill(-1);
  const lists: Uint8Array[] = [];
  let used = 0;
  return {
    add(rowsHere: number): number {
      rows[used] = rowsHere;
      return used++;
    },
    setSplit(
      node: number,
      split: { column: number; missingLeft: boolean; threshold: number; list: Uint8Array | null },
      leftNode: number,
      rightNode: number,
    ): void {
      column[node] = split.column;
      threshold[node] = split.threshold;
      missingLeft[node] = split.missingLeft ? 1 : 0;
      if (split.list) list[node] = lists.push(split.list) - 1;
      left[node] = leftNode;
      right[node] = rightNode;
    },
    setValue(node: number, leafValue: number): void {
      value[node] = leafValue;
    },
    finish: (target: number): Tree => ({
      column: column.slice(0, used),
      threshold: threshold.slice(0, used),
      missingLeft: missingLeft.slice(0, used),
      left: left.slice(0, used),
      right: right.slice(0, used),
      value: value.slice(0, used),
      rows: rows.slice(0, used),
      list: list.slice(0, used),
      lists,
      target,
    }),
  };
}
