import type { MatrixColumn } from '../../preprocessing/fitted.ts';
import { findBins } from '../gbdt/binning.ts';
import { codeOf } from '../gbdt/kernel/plain-kernel.ts';

/** A column by bins: code c ≤ thresholds.length is the bin, one more is missing. */
export type BinColumn = { kind: 'bins'; codes: Uint8Array; thresholds: Float32Array };
/** A column of categories: the last of `categories` is rare or unseen, one more is missing. */
export type CategoryColumn = { kind: 'categories'; codes: Uint8Array; categories: number };
/** A column as it is; NaN is missing. */
export type ValueColumn = { kind: 'values'; values: Float32Array };
export type ForestColumn = BinColumn | CategoryColumn | ValueColumn;

type ColumnOptions = {
  x: Float32Array;
  n: number;
  columns: readonly MatrixColumn[];
  method: 'random' | 'extra';
  maxBins: number;
  seed: number;
};

/**
 * The matrix by columns, since a node looks at few of them: as bins for best splits, as values for splits at random.
 * O(n · width · log bins); a byte or four a value.
 */
export function forestColumns({ x, n, columns, method, maxBins, seed }: ColumnOptions): ForestColumn[] {
  const width = columns.length;
  const bins = findBins(x, n, columns, maxBins, seed);
  return bins.map(({ thresholds, categories }, c): ForestColumn => {
    if (categories > 0) {
      const codes = new Uint8Array(n);
      for (let i = 0, at = c; i < n; i++, at += width) {
        const value = x[at] as number;
        codes[i] = Number.isNaN(value) ? categories : Math.min(value, categories - 1);
      }
      return { kind: 'categories', codes, categories };
    }
    if (method === 'extra') {
      const values = new Float32Array(n);
      for (let i = 0, at = c; i < n; i++, at += width) values[i] = x[at] as number;
      return { kind: 'values', values };
    }
    const codes = new Uint8Array(n);
    for (let i = 0, at = c; i < n; i++, at += width) {
      const value = x[at] as number;
      codes[i] = Number.isNaN(value) ? thresholds.length + 1 : codeOf(thresholds, value);
    }
    return { kind: 'bins', codes, thresholds };
  });
}
