import { factorsOf } from './fixed-point.ts';
import type { Candidate, Kernel, KernelShape, NodeLimits, NodeSums, SearchLimits } from './kernel.ts';
import { minus, plus, splitGain } from './leaf-score.ts';

/** Numbers a bin: gradient, hessian, rows. */
const STRIDE = 3;

/** The kernel in plain TypeScript, for more rows than WebAssembly holds, and as the oracle of the other. */
export function plainKernel({ n, groups, groupStart, columns, histograms }: KernelShape): Kernel {
  const codes = new Uint8Array(n * groups);
  const rows = new Uint32Array(n);
  const spare = new Uint32Array(n);
  const gradients = new Int32Array(n);
  const hessians = new Int32Array(n);
  const totalBins = groupStart[groups] as number;
  const starts = groupStart.map((start) => start * STRIDE);
  const held = Array.from({ length: histograms }, () => new Float64Array(0));
  const step = { gradient: 1, hessian: 1 };
  const at = (slot: number): Float64Array => held[slot] ?? new Float64Array(0);

  return {
    codes,
    rows,
    step,
    seal() {},
    encode(x, width, encoded) {
      for (const { column, group, thresholds } of encoded) {
        for (let i = 0; i < n; i++) {
          const value = x[i * width + column] as number;
          codes[group * n + i] = Number.isNaN(value) ? thresholds.length + 1 : codeOf(thresholds, value);
        }
      }
    },
    load(g, h) {
      const factors = factorsOf(n, maxAbsolute(g), maxAbsolute(h));
      for (let i = 0; i < n; i++) {
        gradients[i] = nearest((g[i] as number) * factors.gradient);
        hessians[i] = nearest((h[i] as number) * factors.hessian);
      }
      step.gradient = 1 / factors.gradient;
      step.hessian = 1 / factors.hessian;
    },
    sums(count) {
      let gradient = 0;
      let hessian = 0;
      for (let i = 0; i < count; i++) {
        const row = rows[i] as number;
        gradient += gradients[row] as number;
        hessian += hessians[row] as number;
      }
      return { gradient, hessian, rows: count };
    },
    histogram(slot, start, end) {
      if (at(slot).length === 0) held[slot] = new Float64Array(totalBins * STRIDE);
      const out = at(slot).fill(0);
      for (let i = start; i < end; i++) {
        const row = rows[i] as number;
        const gradient = gradients[row] as number;
        const hessian = hessians[row] as number;
        for (let g = 0; g < groups; g++) {
          const bin = (starts[g] as number) + (codes[g * n + row] as number) * STRIDE;
          out[bin] = (out[bin] as number) + gradient;
          out[bin + 1] = (out[bin + 1] as number) + hessian;
          out[bin + 2] = (out[bin + 2] as number) + 1;
        }
      }
    },
    subtract(parent, child) {
      const from = at(parent);
      const of = at(child);
      for (let i = 0; i < from.length; i++) from[i] = (from[i] as number) - (of[i] as number);
    },
    bins: (slot, first, count) => at(slot).subarray(first * STRIDE, (first + count) * STRIDE),
    findSplit: (slot, node, search, limits) => findSplit(at(slot), columns, node, step, search, limits),
    partition(start, end, group, sides) {
      let border = start;
      let kept = 0;
      for (let i = start; i < end; i++) {
        const row = rows[i] as number;
        if (sides[codes[group * n + row] as number] === 1) rows[border++] = row;
        else spare[kept++] = row;
      }
      rows.set(spare.subarray(0, kept), border);
      return border;
    },
  };
}

/** How many thresholds lie below a value: its bin. O(log thresholds). */
export function codeOf(thresholds: Float32Array, value: number): number {
  let low = 0;
  let high = thresholds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((thresholds[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function maxAbsolute(values: Float32Array): number {
  let max = 0;
  for (const value of values) max = Math.max(max, Math.abs(value));
  return max;
}

/** The nearest whole number, ties to even, of |value| < 2⁵¹: at this distance from zero a double has no fraction. */
function nearest(value: number): number {
  const far = 1.5 * 2 ** 52;
  return value + far - far;
}

function findSplit(
  histogram: Float64Array,
  columns: KernelShape['columns'],
  node: NodeSums,
  step: Kernel['step'],
  search: SearchLimits,
  limits: NodeLimits,
): Candidate | null {
  const gainOf = splitGain(node, step, search, limits);
  let best: Candidate | null = null;
  const consider = (
    column: number,
    bin: number,
    missingLeft: boolean | null,
    left: NodeSums,
    monotone: number,
  ): void => {
    const gain = gainOf(left, monotone, search.l2);
    if (!(gain > (best?.gain ?? search.minGain))) return;
    best = { column, bin, missingLeft: missingLeft ?? left.rows * 2 >= node.rows, gain, left };
  };
  columns.forEach(({ firstBin, thresholds, slot, monotone }, column) => {
    if (thresholds < 0 || limits.mask?.[column] === 0) return;
    if (slot > 0) {
      consider(column, 0, null, minus(node, sumsAt(histogram, firstBin + slot)), 0);
      return;
    }
    const missing = sumsAt(histogram, firstBin + thresholds + 1);
    let left: NodeSums = { gradient: 0, hessian: 0, rows: 0 };
    for (let bin = 0; bin <= thresholds; bin++) {
      const own = sumsAt(histogram, firstBin + bin);
      if (own.rows === 0) continue;
      left = plus(left, own);
      if (missing.rows === 0) {
        if (bin < thresholds) consider(column, bin, null, left, monotone);
        continue;
      }
      consider(column, bin, false, left, monotone);
      if (bin < thresholds) consider(column, bin, true, plus(left, missing), monotone);
    }
  });
  return best;
}

function sumsAt(histogram: Float64Array, bin: number): NodeSums {
  const at = bin * STRIDE;
  return {
    gradient: histogram[at] as number,
    hessian: histogram[at + 1] as number,
    rows: histogram[at + 2] as number,
  };
}
