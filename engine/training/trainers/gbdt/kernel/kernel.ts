import { plainKernel } from './plain-kernel.ts';
import { wasmKernel, wasmSorter } from './wasm-kernel.ts';

/** Sums over the rows of a node, in steps of the kernel's fixed-point numbers: whole numbers below 2⁵³. */
export type NodeSums = { gradient: number; hessian: number; rows: number };

/** What the search for a split knows of one column. */
export type KernelColumn = {
  /** Where its group begins in a histogram. */
  firstBin: number;
  /** −1: the search passes over it. */
  thresholds: number;
  /** Its bin within a bundle; 0: the group is its own. */
  slot: number;
  /** 1: the output may only rise with the column, −1: only fall, 0: either. */
  monotone: number;
};

export type KernelShape = {
  n: number;
  groups: number;
  /** Where each group begins in a histogram, in bins; one more for the end. */
  groupStart: Int32Array;
  columns: readonly KernelColumn[];
  /** How many histograms are held at a time. */
  histograms: number;
};

export type SearchLimits = {
  l1: number;
  l2: number;
  /** Largest absolute output of a leaf; infinite: none. */
  maxStep: number;
  minLeafRows: number;
  minLeafHessian: number;
  /** A split must gain more. */
  minGain: number;
};

/** What holds for one node: the columns that may split it (null: all), and where its outputs must lie. */
export type NodeLimits = { mask: Uint8Array | null; lower: number; upper: number };

/** Rows with code ≤ `bin` go left; of a bundled column, rows without it. */
export type Candidate = {
  column: number;
  bin: number;
  missingLeft: boolean;
  gain: number;
  left: NodeSums;
};

/**
 * The hot loops of growing trees over rows as bytes. Gradients and hessians become fixed-point numbers a tree, with steps
 * of a power of two, so that sums are exact: the same in any order, on any machine, and siblings add up to their parent.
 */
export type Kernel = {
  /** One column a group, [groups, n]: to be written, then `seal` called. */
  codes: Uint8Array;
  /** Row numbers; growing a tree orders them so that each leaf is one stretch. */
  rows: Uint32Array;
  /** Takes the codes as they are now. */
  seal(): void;
  /** What one step is worth, for the targets loaded last. */
  step: { gradient: number; hessian: number };
  /** Writes the codes of columns of x [n, width]: how many thresholds lie below a value, one more than there are for NaN. */
  encode(x: Float32Array, width: number, columns: readonly EncodedColumn[]): void;
  load(gradients: Float32Array, hessians: Float32Array): void;
  /** Over the first `count` of `rows`. */
  sums(count: number): NodeSums;
  /** Adds up `rows` from start to end. O(rows · groups + bins). */
  histogram(slot: number, start: number, end: number): void;
  /** Turns the histogram of a parent into that of its other child. */
  subtract(parent: number, child: number): void;
  /** Gradient, hessian and rows of up to 256 bins, [count, 3]; holds until the next call. */
  bins(slot: number, first: number, count: number): Float64Array;
  /** The best split by thresholds; the first column and lowest bin of equal gains. O(bins). */
  findSplit(slot: number, node: NodeSums, search: SearchLimits, limits: NodeLimits): Candidate | null;
  /** Brings the rows whose code in `group` has side 1 to the front of the stretch, both sides in their order; gives the border. */
  partition(start: number, end: number, group: number, sides: Uint8Array): number;
};

export type EncodedColumn = { column: number; group: number; thresholds: Float32Array };

/** WebAssembly where its 4 GiB hold the rows, else the same in TypeScript, three times slower. Both give the same bits. */
export function createKernel(shape: KernelShape): Kernel {
  return wasmKernel(shape) ?? plainKernel(shape);
}

/** A function that sorts up to `most` values in place, −0 before 0; none may be NaN. */
export function createSorter(most: number): (values: Float32Array) => void {
  return wasmSorter(most) ?? ((values) => values.sort());
}
