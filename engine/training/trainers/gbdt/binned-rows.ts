import { binOf, type ColumnBins, findBins } from './binning.ts';

/** The codes of a group fit a byte. */
const MAX_CODES = 256;

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
  groups: number;
  /** Where each group begins in a histogram, in bins. */
  groupStart: Int32Array;
  totalBins: number;
  /** Row-major [n, groups]. */
  codes: Uint8Array;
};

type Bundle = { members: number[]; taken: Uint8Array; rows: number };

/** Bins the rows. O(n · width); memory n bytes a group. */
export function binRows(
  x: Float32Array,
  n: number,
  width: number,
  maxBins: number,
  seed: number,
): BinnedRows {
  const columns = findBins(x, n, width, maxBins, seed);
  const groupOf = new Int32Array(width).fill(-1);
  const slotOf = new Int32Array(width);
  const sizes: number[] = [];
  const bundles: Bundle[] = [];
  columns.forEach((bins, c) => {
    if (bins.thresholds.length === 0 && !bins.hasMissing) return;
    if (addToBundle(bundles, x, n, width, c, bins)) return;
    groupOf[c] = sizes.length;
    sizes.push(bins.thresholds.length + 2);
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
  const codes = new Uint8Array(n * groups);
  columns.forEach((bins, c) => {
    const group = groupOf[c] as number;
    if (group >= 0) encode(x, n, width, c, bins, slotOf[c] as number, codes, groups, group);
  });
  return { n, columns, groupOf, slotOf, groups, groupStart, totalBins: groupStart[groups] as number, codes };
}

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

function encode(
  x: Float32Array,
  n: number,
  width: number,
  column: number,
  bins: ColumnBins,
  slot: number,
  codes: Uint8Array,
  groups: number,
  group: number,
): void {
  const { thresholds } = bins;
  const missing = thresholds.length + 1;
  for (let i = 0; i < n; i++) {
    const value = x[i * width + column] as number;
    if (slot > 0) {
      if (value > (thresholds[0] as number)) codes[i * groups + group] = slot;
    } else {
      codes[i * groups + group] = Number.isNaN(value) ? missing : binOf(thresholds, value);
    }
  }
}
