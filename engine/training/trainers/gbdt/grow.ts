import type { BinnedRows } from './binned-rows.ts';
import { type CategoryLimits, type CategorySplit, findCategorySplit } from './category-split.ts';
import type { Candidate, NodeSums, SearchLimits } from './kernel/kernel.ts';
import { leafOutput, minus } from './kernel/leaf-score.ts';
import { type OpenLeaves, openLeaves } from './open-leaves.ts';
import { type Tree, treeBuffer } from './tree.ts';

/** Below this a gain is rounding noise of the sums. */
const MIN_GAIN = 1e-9;

export type GrowSettings = Omit<SearchLimits, 'minGain' | 'maxStep'> &
  CategoryLimits & {
    leaves: number;
    /** Splits from the root to a leaf at most; 0: any number. */
    maxDepth: number;
    growth: 'leaf' | 'depth';
    learningRate: number;
    minSplitGain: number;
    /** 0: none. */
    maxDeltaStep: number;
    /** 1 or −1 where the output may only rise or fall with a column. */
    monotone: Int8Array | null;
  };

/** Rows with code ≤ `bin` go left, or those on the list. */
type Split = Candidate | CategorySplit;

/** A leaf that may still be split: its stretch of the row order, its sums, where its output must lie, and its best split. */
type Leaf = {
  node: number;
  start: number;
  end: number;
  depth: number;
  sums: NodeSums;
  /** Of its output: larger beside a split by categories. */
  l2: number;
  lower: number;
  upper: number;
  split: Split | null;
  /** Which of the kernel's histograms is its own; −1: none. */
  slot: number;
};

export type GrowRequest = {
  /** In any order. */
  rows: Uint32Array;
  /** One a row of the training data. */
  gradients: Float32Array;
  hessians: Float32Array;
  /** The columns that may split the next node; null: all. */
  columnsOfNode(): Uint8Array | null;
  target: number;
  /** Leaf values are multiplied by it. */
  scale: number;
};

/** `leaves`: stretches of the kernel's rows. */
export type GrownTree = { tree: Tree; leaves: { node: number; start: number; end: number }[] };

/**
 * Grows trees on histograms, splitting the leaf that gains most (best-first, Shi 2007) or level by level; of two children
 * only the smaller is counted, the other is the difference (Ke et al. 2017). Where outputs may only rise or fall with a
 * column, each side of such a split keeps to its side of the middle of both outputs (as in XGBoost). `gain` collects each
 * column's gain. A tree costs O(rows · groups · log leaves) in the usual case.
 */
export function treeGrower(
  binned: BinnedRows,
  settings: GrowSettings,
  gain: Float64Array,
): (request: GrowRequest) => GrownTree {
  const { kernel } = binned;
  const search: SearchLimits = {
    ...settings,
    minGain: Math.max(settings.minSplitGain, MIN_GAIN),
    maxStep: settings.maxDeltaStep > 0 ? settings.maxDeltaStep : Number.POSITIVE_INFINITY,
  };
  const free = Array.from({ length: binned.histograms }, (_, slot) => slot);
  const maxDepth = settings.maxDepth > 0 ? settings.maxDepth : Number.POSITIVE_INFINITY;
  const canSplit = ({ sums, depth }: Leaf): boolean =>
    sums.rows >= 2 * settings.minLeafRows && sums.rows > 1 && depth < maxDepth;
  const release = (leaf: Leaf): void => {
    if (leaf.slot >= 0) free.push(leaf.slot);
    leaf.slot = -1;
  };

  /** Finds the leaf's split. One histogram always stays free, so that a child can be counted. */
  const look = (leaf: Leaf, columns: Uint8Array | null): void => {
    if (!canSplit(leaf)) {
      release(leaf);
      return;
    }
    if (leaf.slot < 0) {
      leaf.slot = free.pop() as number;
      kernel.histogram(leaf.slot, leaf.start, leaf.end);
    }
    leaf.split = bestSplit(binned, leaf, search, settings, columns);
    if (!leaf.split || free.length === 0) release(leaf);
  };

  /** Counts the smaller child, and leaves its parent's histogram to the larger. */
  const shareHistogram = (leaf: Leaf, left: Leaf, right: Leaf): void => {
    const [small, large] = left.sums.rows <= right.sums.rows ? [left, right] : [right, left];
    if (leaf.slot < 0 || !canSplit(large)) {
      release(leaf);
      return;
    }
    small.slot = free.pop() as number;
    kernel.histogram(small.slot, small.start, small.end);
    kernel.subtract(leaf.slot, small.slot);
    large.slot = leaf.slot;
  };

  return ({ rows, gradients, hessians, columnsOfNode, target, scale }) => {
    kernel.rows.set(rows);
    kernel.load(gradients, hessians);
    const nodes = treeBuffer(Math.min(settings.leaves, Math.max(1, rows.length)));
    const root = rootLeaf(nodes.add(rows.length), kernel.sums(rows.length), settings.l2);
    const open: OpenLeaves<Leaf> = openLeaves(settings.growth);
    const done: Leaf[] = [];
    const put = (leaf: Leaf): void => {
      if (leaf.split) open.push(leaf, leaf.split.gain, leaf.depth);
      else done.push(leaf);
    };
    look(root, columnsOfNode());
    put(root);
    while (open.size() + done.length < settings.leaves) {
      const leaf = open.pop();
      if (!leaf?.split) break;
      const { split } = leaf;
      gain[split.column] = (gain[split.column] as number) + split.gain;
      const [left, right] = childrenOf(binned, leaf, split, search, settings, (rowsHere) =>
        nodes.add(rowsHere),
      );
      nodes.setSplit(leaf.node, ruleOf(binned, split), left.node, right.node);
      if (open.size() + done.length + 2 < settings.leaves) {
        shareHistogram(leaf, left, right);
        look(left, columnsOfNode());
        look(right, columnsOfNode());
      } else {
        release(leaf);
      }
      put(left);
      put(right);
    }
    const leaves = [...done, ...open.rest()];
    for (const leaf of leaves) {
      release(leaf);
      const output = leafOutput(leaf.sums, kernel.step, search, leaf, leaf.l2);
      nodes.setValue(leaf.node, output * settings.learningRate * scale);
    }
    return { tree: nodes.finish(target), leaves };
  };
}

function rootLeaf(node: number, sums: NodeSums, l2: number): Leaf {
  const bounds = { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY };
  return { node, start: 0, end: sums.rows, depth: 0, sums, l2, ...bounds, split: null, slot: -1 };
}

function bestSplit(
  binned: BinnedRows,
  leaf: Leaf,
  search: SearchLimits,
  category: CategoryLimits,
  mask: Uint8Array | null,
): Split | null {
  const limits = { mask, lower: leaf.lower, upper: leaf.upper, category };
  let best: Split | null = binned.kernel.findSplit(leaf.slot, leaf.sums, search, limits);
  binned.columns.forEach(({ categories }, column) => {
    if (categories === 0 || mask?.[column] === 0) return;
    const least = best?.gain ?? search.minGain;
    best = findCategorySplit(binned, leaf.slot, column, leaf.sums, search, limits, least) ?? best;
  });
  return best;
}

/** Orders the leaf's rows by side and gives both sides as leaves. */
function childrenOf(
  binned: BinnedRows,
  leaf: Leaf,
  split: Split,
  search: SearchLimits,
  settings: GrowSettings,
  addNode: (rows: number) => number,
): [Leaf, Leaf] {
  const group = binned.groupOf[split.column] as number;
  const border = binned.kernel.partition(leaf.start, leaf.end, group, sideOfCodes(binned, split));
  const l2 = 'list' in split ? split.l2 : settings.l2;
  const common = { depth: leaf.depth + 1, l2, split: null, slot: -1, lower: leaf.lower, upper: leaf.upper };
  const rightSums = minus(leaf.sums, split.left);
  const left: Leaf = {
    ...common,
    node: addNode(split.left.rows),
    start: leaf.start,
    end: border,
    sums: split.left,
  };
  const right: Leaf = {
    ...common,
    node: addNode(rightSums.rows),
    start: border,
    end: leaf.end,
    sums: rightSums,
  };
  const sign = settings.monotone?.[split.column] ?? 0;
  if (sign !== 0) {
    const { step } = binned.kernel;
    const middle =
      (leafOutput(left.sums, step, search, leaf, l2) + leafOutput(right.sums, step, search, leaf, l2)) / 2;
    const [low, high] = sign > 0 ? [left, right] : [right, left];
    low.upper = middle;
    high.lower = middle;
  }
  return [left, right];
}

/** 1 for each code of the group whose rows go left. */
function sideOfCodes(binned: BinnedRows, split: Split): Uint8Array {
  const slot = binned.slotOf[split.column] as number;
  const bins = binned.columns[split.column];
  const side = new Uint8Array(256);
  if (slot > 0) {
    side.fill(1);
    side[slot] = 0;
  } else if ('list' in split) {
    side.set(split.list);
    side[split.list.length] = split.missingLeft ? 1 : 0;
  } else {
    side.fill(1, 0, split.bin + 1);
    side[(bins?.thresholds.length ?? 0) + 1] = split.missingLeft ? 1 : 0;
  }
  return side;
}

function ruleOf(binned: BinnedRows, split: Split) {
  if ('list' in split) return { ...split, threshold: 0 };
  const threshold = binned.columns[split.column]?.thresholds[split.bin];
  // Past the last threshold only missing values go right.
  return { ...split, threshold: threshold ?? Number.POSITIVE_INFINITY, list: null };
}
