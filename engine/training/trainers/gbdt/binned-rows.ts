import type { MatrixColumn } from '../../preprocessing/fitted.ts';
import { type ColumnBins, findBins } from './binning.ts';
import { createKernel, type Kernel, type KernelColumn, type KernelShape } from './kernel/kernel.ts';

/** The codes of a group fit a byte. */
const MAX_CODES = 256;
/** Memory that the histograms of one tree may take; beyond it some are counted again instead of kept. */
const HISTOGRAM_BYTES = 512 * 1024 * 1024;
const BIN_BYTES = 16;

/**
 * Training rows as bytes. A group is what one byte of a row says: usually the bin of one column (its last code means
 * missing), or a bundle of 0/1 columns of which at most one is set in any row (exclusive feature bundling without
 * conflicts, Ke et al. 2017): code 0 says that none is set, code s that the column of slot s is. One-hot columns so cost
 * one byte together and the histogram stays exact.
 */
export type BinnedRows = {
  n: number;
  columns: ColumnBins[];
  /** The group of each column; −1 for a column that never varies. */
  groupOf: Int32Array;
  /** The code that says a bundled column is set; 0 for columns with a group of their own. */
  slotOf: Int32Array;
  groupStart: Int32Array;
  /** Histograms that the kernel holds. */
  histograms: number;
  kernel: Kernel;
};

export type BinOptions = {
  x: Float32Array;
  n: number;
  columns: readonly MatrixColumn[];
  maxBins: number;
  /** Leaves that a tree may have at most: so many histograms are held, if memory allows. */
  leaves: number;
  /** 1 or −1 where the output may only rise or fall with a column. Left out: nowhere. */
  monotone?: Int8Array;
  seed: number;
  makeKernel?: (shape: KernelShape) => Kernel;
};

/** Bins the rows. O(n · width); memory 2 bytes a row and group, and 24 to 32 a row. */
export function binRows(options: BinOptions): BinnedRows {
  const { x, n, columns: matrixColumns, monotone, makeKernel = createKernel } = options;
  const width = matrixColumns.length;
  const columns = findBins(x, n, matrixColumns, options.maxBins, options.seed);
  const groupOf = new Int32Array(width).fill(-1);
  const slotOf = new Int32Array(width);
  const sizes: number[] = [];
  const bundles: Bundle[] = [];
  columns.forEach((bins, c) => {
    if (bins.thresholds.length === 0 && bins.categories === 0 && !bins.hasMissing) return;
    if (!monotone?.[c] && addToBundle(bundles, x, n, width, c, bins)) return;
    groupOf[c] = sizes.length;
    sizes.push(Math.max(bins.thresholds.length + 1, bins.categories) + 1);
  });
  for (const bundle of bundles) {
    bundle.members.forEach((c, index) => {
      groupOf[c] = sizes.length;
      slotOf[c] = index + 1;
    });
    sizes.push(bundle.members.length + 1);
  }

  const groups = sizes.length;
  const groupStart = new Int32Array(groups + 1);
  sizes.forEach((size, g) => {
    groupStart[g + 1] = (groupStart[g] as number) + size;
  });
  const histogramBytes = Math.max(1, (groupStart[groups] as number) * BIN_BYTES);
  const histograms = Math.max(4, Math.min(options.leaves + 1, Math.floor(HISTOGRAM_BYTES / histogramBytes)));
  const kernel = makeKernel({
    n,
    groups,
    groupStart,
    columns: columns.map(
      ({ thresholds, categories }, c): KernelColumn => ({
        firstBin: groupStart[Math.max(0, groupOf[c] as number)] as number,
        thresholds: (groupOf[c] as number) < 0 || categories > 0 ? -1 : thresholds.length,
        slot: slotOf[c] as number,
        monotone: monotone?.[c] ?? 0,
      }),
    ),
    histograms,
  });
  const binned = { n, columns, groupOf, slotOf, groupStart, histograms, kernel };
  encode(binned, x, width);
  kernel.seal();
  return binned;
}

type Bundle = { members: number[]; taken: Uint8Array; rows: number };

/** Puts a two-valued, mostly-low column into the first bundle where it meets no other; false when it is no such column. */
function addToBundle(
  bundles: Bundle[],
  x: Float32Array,
  n: number,
  width: number,
  column: number,
  bins: ColumnBins,
): boolean {
  if (bins.thresholds.length !== 1 || bins.hasMissing) return false;
  const threshold = bins.thresholds[0] as number;
  const set: number[] = [];
  for (let i = 0, at = column; i < n; i++, at += width) if ((x[at] as number) > threshold) set.push(i);
  if (set.length > n / 2) return false;
  let bundle = bundles.find(
    (b) =>
      b.members.length < MAX_CODES - 1 && b.rows + set.length <= n && set.every((row) => b.taken[row] === 0),
  );
  if (!bundle) {
    bundle = { members: [], taken: new Uint8Array(n), rows: 0 };
    bundles.push(bundle);
  }
  bundle.members.push(column);
  bundle.rows += set.length;
  for (const row of set) bundle.taken[row] = 1;
  return true;
}

function encode(binned: BinnedRows, x: Float32Array, width: number): void {
  const { n, columns, groupOf, slotOf, kernel } = binned;
  const { codes } = kernel;
  const numbers = columns.flatMap(({ thresholds, categories }, column) => {
    const group = groupOf[column] as number;
    return group < 0 || categories > 0 || slotOf[column] !== 0 ? [] : [{ column, group, thresholds }];
  });
  kernel.encode(x, width, numbers);
  columns.forEach(({ thresholds, categories }, column) => {
    const group = groupOf[column] as number;
    const slot = slotOf[column] as number;
    const threshold = thresholds[0] as number;
    for (let i = 0; i < n && (slot > 0 || (group >= 0 && categories > 0)); i++) {
      const value = x[i * width + column] as number;
      if (slot === 0) {
        codes[group * n + i] = Number.isNaN(value) ? categories : Math.min(value, categories - 1);
      } else if (value > threshold) {
        codes[group * n + i] = slot;
      }
    }
  });
}
