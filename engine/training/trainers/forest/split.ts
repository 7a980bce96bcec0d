import type { SeededRandom } from '../../../statistics/index.ts';
import type { ForestColumn } from './columns.ts';
import type { NodeRows } from './node-rows.ts';
import type { Purity } from './purity.ts';

/** A stretch of the rows and what it adds up to. */
export type Node = { start: number; end: number; sums: Float64Array };

/** Values ≤ `threshold` go left, or codes on the `list`; missing ones where `missingLeft`. */
export type ForestSplit = {
  column: number;
  threshold: number;
  list: Uint8Array | null;
  missingLeft: boolean;
  /** −∞ where no split leaves enough rows on both sides. */
  gain: number;
};

export type SearchOptions = {
  columns: readonly ForestColumn[];
  all: NodeRows;
  purity: Purity;
  minLeafRows: number;
  random: SeededRandom;
  method: 'random' | 'extra';
};

/** The left side of a split in the making. */
export type LeftSide = {
  sums: Float64Array;
  /** Adds sums that stand at `at`, or takes them off with sign −1. */
  add(sums: Float64Array, at: number, sign?: number): void;
  /** What both sides have, the right one being what the left one leaves; −∞ with too few rows on one of them. */
  purityOfSides(node: Node, leftRows: number): number;
};

export function leftSide({ width, purity }: Purity, minLeafRows: number): LeftSide {
  const left = new Float64Array(width);
  const right = new Float64Array(width);
  return {
    sums: left,
    add(sums, at, sign = 1) {
      for (let c = 0; c < width; c++) left[c] = (left[c] as number) + sign * (sums[at + c] as number);
    },
    purityOfSides(node, leftRows) {
      const rightRows = node.end - node.start - leftRows;
      if (leftRows < minLeafRows || rightRows < minLeafRows) return Number.NEGATIVE_INFINITY;
      for (let c = 0; c < width; c++) right[c] = (node.sums[c] as number) - (left[c] as number);
      return purity(left) + purity(right);
    },
  };
}
