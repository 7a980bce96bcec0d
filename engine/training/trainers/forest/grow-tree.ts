import { type Tree, treeBuffer } from '../gbdt/tree.ts';
import { codeSums } from './code-sums.ts';
import type { ForestColumn } from './columns.ts';
import { addSums, isOfOneTarget, nodeRows, partition } from './node-rows.ts';
import { type ForestSplit, leftSide, type Node, type SearchOptions } from './split.ts';
import { splitAtRandom } from './split-at-random.ts';
import { splitBins } from './split-bins.ts';
import { splitCategories } from './split-categories.ts';
import { tellLeavesApart } from './tell-leaves-apart.ts';

/** Rows looked at between two pauses. */
const ROWS_BETWEEN_PAUSES = 200_000;

export type GrowOptions = SearchOptions & {
  /** Columns that a node looks at, constant ones included; on until one is not constant. */
  features: number;
  maxDepth: number;
  /** Leaf values are multiplied by it. */
  factor: number;
  /** Collects the gain of each column. */
  importance: Float64Array;
  pause(): Promise<void>;
};

/** `constant`: 1 for columns that say the same of all rows of the node. */
type OpenNode = Node & { node: number; depth: number; constant: Uint8Array };

/**
 * Grows a tree until its leaves are of one target, or have too few rows or levels: any number of leaves, so it keeps a stack
 * of its own and goes down the left side first. O(rows · columns looked at · depth).
 */
export async function growTree(options: GrowOptions): Promise<Tree> {
  const { all, columns, purity, importance, random } = options;
  const count = all.rows.length;
  const spare = nodeRows(count);
  const nodes = treeBuffer(Math.max(1, Math.floor(count / options.minLeafRows)));
  const findSplit = splitFinder(options);
  const drawn = Int32Array.from(columns.keys());
  const outputs: { node: number; sums: Float64Array }[] = [];
  const open: OpenNode[] = [];
  const add = (start: number, end: number, depth: number, constant: Uint8Array): number => {
    const sums = new Float64Array(purity.width);
    addSums(all, start, end, purity.isClasses, sums);
    const node = nodes.add(end - start);
    open.push({ node, start, end, depth, constant, sums });
    return node;
  };
  add(0, count, 0, new Uint8Array(columns.length));
  let sincePause = 0;
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, start, end, depth } = next;
    sincePause += end - start;
    if (sincePause > ROWS_BETWEEN_PAUSES) {
      sincePause = 0;
      await options.pause();
    }
    const canSplit = end - start >= 2 * options.minLeafRows && depth < options.maxDepth;
    const split =
      canSplit && end - start > 1 && !isOfOneTarget(all, start, end)
        ? bestOfDrawn(next, findSplit, drawn, options.features, random)
        : null;
    if (split === null) {
      outputs.push({ node, sums: next.sums });
      continue;
    }
    importance[split.column] = (importance[split.column] as number) + Math.max(0, split.gain);
    const border = partition(all, spare, start, end, sideOf(columns[split.column] as ForestColumn, split));
    const right = add(border, end, depth + 1, next.constant);
    const left = add(start, border, depth + 1, next.constant);
    nodes.setSplit(node, split, left, right);
  }
  const shape = nodes.finish(0);
  const tree = { ...shape, outputs: outputsOf(outputs, shape.column.length, options) };
  tellLeavesApart(tree, tree.outputs.length / shape.column.length);
  return tree;
}

/** The best split of columns drawn one by one; of equal gains the first. Notes the columns that turn out constant. */
function bestOfDrawn(
  open: OpenNode,
  findSplit: (node: Node, column: number) => ForestSplit | null,
  drawn: Int32Array,
  features: number,
  random: SearchOptions['random'],
): ForestSplit | null {
  let best: ForestSplit | null = null;
  let isShared = true;
  let varying = 0;
  for (let i = 0; i < drawn.length && (i < features || varying === 0); i++) {
    const j = i + random.integer(drawn.length - i);
    const column = drawn[j] as number;
    drawn[j] = drawn[i] as number;
    drawn[i] = column;
    if (open.constant[column] === 1) continue;
    const split = findSplit(open, column);
    if (split === null) {
      // The sibling still reads the parent's.
      if (isShared) open.constant = open.constant.slice();
      isShared = false;
      open.constant[column] = 1;
      continue;
    }
    varying++;
    if (split.gain > (best?.gain ?? Number.NEGATIVE_INFINITY)) best = split;
  }
  return best;
}

function splitFinder(options: GrowOptions): (node: Node, column: number) => ForestSplit | null {
  const { columns, all, purity, minLeafRows, random, method } = options;
  const { isClasses } = purity;
  const left = leftSide(purity, minLeafRows);
  const counted = codeSums(all, purity);
  const drawing = method === 'extra' ? random : null;
  const find = (node: Node, column: number): ForestSplit | null => {
    const of = columns[column] as ForestColumn;
    if (of.kind === 'values') return splitAtRandom(all, left, node, column, of, isClasses, random);
    if (of.kind === 'bins') return splitBins(counted, left, node, column, of);
    return splitCategories(counted, left, node, column, of, isClasses, drawing);
  };
  return (node, column) => {
    const split = find(node, column);
    return split === null ? null : { ...split, gain: split.gain - purity.purity(node.sums) };
  };
}

/** Whether a row goes left. */
function sideOf(column: ForestColumn, { threshold, list, missingLeft }: ForestSplit) {
  if (column.kind === 'values') {
    const { values } = column;
    return (row: number): boolean => {
      const value = values[row] as number;
      return Number.isNaN(value) ? missingLeft : value <= threshold;
    };
  }
  const { codes } = column;
  const isLeft = new Uint8Array(256);
  if (column.kind === 'categories') {
    isLeft.set(list ?? []);
    isLeft[column.categories] = missingLeft ? 1 : 0;
  } else {
    // A bin holds what is above the threshold before it: it goes left where the one that ends it is not above the split.
    const { thresholds } = column;
    for (let code = 0; code <= thresholds.length; code++) {
      isLeft[code] = code === thresholds.length || (thresholds[code] as number) > threshold ? 0 : 1;
    }
    if (threshold === Number.POSITIVE_INFINITY) isLeft.fill(1, 0, thresholds.length + 1);
    isLeft[thresholds.length + 1] = missingLeft ? 1 : 0;
  }
  return (row: number): boolean => isLeft[codes[row] as number] === 1;
}

/** What leaves answer, [nodes, outputs]: class shares or the mean, times the factor. */
function outputsOf(
  leaves: readonly { node: number; sums: Float64Array }[],
  nodes: number,
  { purity, factor }: GrowOptions,
): Float32Array {
  const k = purity.isClasses ? purity.width : 1;
  const out = new Float32Array(nodes * k);
  for (const { node, sums } of leaves) {
    if (!purity.isClasses) {
      out[node] = ((sums[1] as number) / (sums[0] as number)) * factor;
      continue;
    }
    const weight = sums.reduce((sum, own) => sum + own, 0);
    for (let c = 0; c < k; c++) out[node * k + c] = ((sums[c] as number) / weight) * factor;
  }
  return out;
}
