import type { BinnedRows } from './binned-rows.ts';

/** Numbers a bin: sum of gradients, sum of hessians, rows, and one unused so that an address is a shift. */
export const STRIDE = 4;

/** Adds up the bins of some rows into `out` [totalBins, 4], which is cleared first. O(rows · groups). */
export function buildHistogram(
  binned: BinnedRows,
  rows: Uint32Array,
  gradients: Float32Array,
  hessians: Float32Array,
  out: Float64Array,
): void {
  const { groups, codes, groupStart } = binned;
  const starts = groupStart.map((start) => start * STRIDE);
  out.fill(0);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    const gradient = gradients[row] as number;
    const hessian = hessians[row] as number;
    const at = row * groups;
    for (let g = 0; g < groups; g++) {
      const bin = (starts[g] as number) + ((codes[at + g] as number) << 2);
      out[bin] = (out[bin] as number) + gradient;
      out[bin + 1] = (out[bin + 1] as number) + hessian;
      out[bin + 2] = (out[bin + 2] as number) + 1;
    }
  }
}

/** Turns the histogram of a parent into that of its other child, in place: siblings add up to the parent. */
export function subtractHistogram(parent: Float64Array, child: Float64Array): void {
  for (let i = 0; i < parent.length; i++) parent[i] = (parent[i] as number) - (child[i] as number);
}
