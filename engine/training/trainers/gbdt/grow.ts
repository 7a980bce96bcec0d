import type { BinnedRows } from './binned-rows.ts';
import { buildHistogram, STRIDE, subtractHistogram } from './histogram.ts';
import { findSplit, type NodeSums, type Split, type SplitLimits } from './split.ts';
import type { Tree } from './tree.ts';

/** Memory that the histograms of one tree may take; beyond it siblings are counted again instead of subtracted. */
const HISTOGRAM_BYTES = 512 * 1024 * 1024;

export type GrowSettings = SplitLimits & { leaves: number; learningRate: number };

/** A leaf that may still be split: its stretch of the row order, its sums and its best split. */
type Leaf = {
  node: number;
  start: number;
  end: number;
  sums: NodeSums;
  split: Split | null;
  histogram: Float64Array | null;
};

export type GrownTree = { tree: Tree; leaves: { node: number; start: number; end: number }[] };

/**
 * Grows trees leaf by leaf, always splitting the leaf that gains most (best-first, Shi 2007), on histograms; of two
 * children only the smaller is counted, the other is the difference (Ke et al. 2017). Buffers are kept between trees.
 */
export function treeGrower(binned: BinnedRows, settings: GrowSettings, gain: Float64Array) {
  const histogramSize = binned.totalBins * STRIDE;
  const keepsHistograms = settings.leaves * histogramSize * 8 <= HISTOGRAM_BYTES;
  const free: Float64Array[] = [];
  const spare = new Uint32Array(binned.n);
  const take = (): Float64Array => free.pop() ?? new Float64Array(histogramSize);

  /**
   * Grows one tree on `rows` (reordered: each leaf ends up as one stretch). `gain` collects each column's gain.
   * O(rows · groups · log leaves) in the usual case.
   */
  return function grow(
    rows: Uint32Array,
    gradients: Float32Array,
    hessians: Float32Array,
    columnMask: Uint8Array | null,
    target: number,
    scale: number,
  ): GrownTree {
    const search = (leaf: Leaf): void => {
      const splittable = leaf.sums.rows >= 2 * settings.minLeafRows && leaf.sums.rows > 1;
      if (splittable) {
        let histogram = leaf.histogram;
        if (!histogram) {
          histogram = take();
          buildHistogram(binned, rows.subarray(leaf.start, leaf.end), gradients, hessians, histogram);
        }
        leaf.split = findSplit(binned, histogram, leaf.sums, settings, columnMask);
        leaf.histogram = histogram;
      }
      if (leaf.histogram && (!leaf.split || !keepsHistograms)) {
        free.push(leaf.histogram);
        leaf.histogram = null;
      }
    };

    const nodes = treeBuffer(settings.leaves);
    const root: Leaf = {
      node: nodes.add(),
      start: 0,
      end: rows.length,
      sums: sumsOf(rows, gradients, hessians),
      split: null,
      histogram: null,
    };
    search(root);
    const leaves = [root];
    while (leaves.length < settings.leaves) {
      const index = bestLeaf(leaves);
      const leaf = leaves[index];
      if (!leaf?.split) break;
      const { split } = leaf;
      gain[split.column] = (gain[split.column] as number) + split.gain;
      const middle = partition(binned, rows, spare, leaf, split);
      const left: Leaf = {
        ...leaf,
        node: nodes.add(),
        end: middle,
        sums: split.left,
        split: null,
        histogram: null,
      };
      const right: Leaf = {
        ...leaf,
        node: nodes.add(),
        start: middle,
        sums: split.right,
        split: null,
        histogram: null,
      };
      nodes.setSplit(leaf.node, split, binned, left.node, right.node);
      const [small, large] = left.sums.rows <= right.sums.rows ? [left, right] : [right, left];
      if (leaf.histogram) {
        small.histogram = take();
        const counted = rows.subarray(small.start, small.end);
        buildHistogram(binned, counted, gradients, hessians, small.histogram);
        subtractHistogram(leaf.histogram, small.histogram);
        large.histogram = leaf.histogram;
      }
      search(small);
      search(large);
      leaves[index] = left;
      leaves.push(right);
    }
    for (const leaf of leaves) {
      if (leaf.histogram) free.push(leaf.histogram);
      const weight = leaf.sums.hessian + settings.l2;
      const step = weight > 0 ? -leaf.sums.gradient / weight : 0;
      nodes.setValue(leaf.node, step * settings.learningRate * scale);
    }
    return { tree: nodes.finish(target), leaves };
  };
}

function sumsOf(rows: Uint32Array, gradients: Float32Array, hessians: Float32Array): NodeSums {
  let gradient = 0;
  let hessian = 0;
  for (const row of rows) {
    gradient += gradients[row] as number;
    hessian += hessians[row] as number;
  }
  return { gradient, hessian, rows: rows.length };
}

function bestLeaf(leaves: readonly Leaf[]): number {
  let best = 0;
  let gain = Number.NEGATIVE_INFINITY;
  leaves.forEach((leaf, index) => {
    if (leaf.split && leaf.split.gain > gain) {
      gain = leaf.split.gain;
      best = index;
    }
  });
  return best;
}

/** Moves the rows that go left to the front of the leaf's stretch, both sides in their old order. Gives the border. */
function partition(
  binned: BinnedRows,
  rows: Uint32Array,
  spare: Uint32Array,
  leaf: Leaf,
  split: Split,
): number {
  const { groups, codes } = binned;
  const group = binned.groupOf[split.column] as number;
  const side = sideOfCodes(binned, split);
  let border = leaf.start;
  let kept = 0;
  for (let i = leaf.start; i < leaf.end; i++) {
    const row = rows[i] as number;
    const left = side[codes[row * groups + group] as number] as number;
    // Written to both sides: which one counts is too random for the processor to guess a branch.
    rows[border] = row;
    spare[kept] = row;
    border += left;
    kept += 1 - left;
  }
  rows.set(spare.subarray(0, kept), border);
  return border;
}

/** 1 for each code of the group whose rows go left. */
function sideOfCodes(binned: BinnedRows, split: Split): Uint8Array {
  const slot = binned.slotOf[split.column] as number;
  const side = new Uint8Array(256);
  if (slot > 0) {
    side.fill(1);
    side[slot] = 0;
    return side;
  }
  side.fill(1, 0, split.bin + 1);
  side[(binned.columns[split.column]?.thresholds.length ?? 0) + 1] = split.missingLeft ? 1 : 0;
  return side;
}

/** Collects the nodes of a tree of at most `leaves` leaves. */
function treeBuffer(leaves: number) {
  const size = 2 * leaves - 1;
  const column = new Int32Array(size).fill(-1);
  const threshold = new Float32Array(size);
  const missingLeft = new Uint8Array(size);
  const left = new Int32Array(size);
  const right = new Int32Array(size);
  const value = new Float32Array(size);
  let used = 0;
  return {
    add: () => used++,
    setSplit(node: number, split: Split, binned: BinnedRows, leftNode: number, rightNode: number) {
      const thresholds = binned.columns[split.column]?.thresholds;
      column[node] = split.column;
      // Past the last threshold only missing values go right.
      threshold[node] = thresholds?.[split.bin] ?? Number.POSITIVE_INFINITY;
      missingLeft[node] = split.missingLeft ? 1 : 0;
      left[node] = leftNode;
      right[node] = rightNode;
    },
    setValue(node: number, leafValue: number) {
      value[node] = leafValue;
    },
    finish: (target: number): Tree => ({
      column: column.slice(0, used),
      threshold: threshold.slice(0, used),
      missingLeft: missingLeft.slice(0, used),
      left: left.slice(0, used),
      right: right.slice(0, used),
      value: value.slice(0, used),
      target,
    }),
  };
}
