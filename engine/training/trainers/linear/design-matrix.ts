/** The products of a row-major matrix X [n, width] that a linear fit needs. */
export type DesignMatrix = {
  n: number;
  width: number;
  /** Of each column: Σ x and Σ x². */
  sums: Float64Array;
  squares: Float64Array;
  /** out[i·stride + offset] = X[i]·weights + intercept. */
  times(weights: Float64Array, intercept: number, out: Float64Array, stride: number, offset: number): void;
  /** out += Xᵀ·r, with r[i] at residuals[i·stride + offset]. Gives the sum of r. */
  addTransposed(residuals: Float64Array, stride: number, offset: number, out: Float64Array): number;
};

/** Below this share of entries that are not zero, skipping zeros pays. */
const SPARSE_BELOW = 0.4;

/** Wraps a matrix; a mostly-zero one (one-hot columns) is copied without its zeros. Products cost O(entries kept). */
export function designMatrix(x: Float32Array, n: number, width: number): DesignMatrix {
  const sums = new Float64Array(width);
  const squares = new Float64Array(width);
  let entries = 0;
  for (let i = 0, at = 0; i < n; i++) {
    for (let j = 0; j < width; j++, at++) {
      const value = x[at] as number;
      if (value === 0) continue;
      entries++;
      sums[j] = (sums[j] as number) + value;
      squares[j] = (squares[j] as number) + value * value;
    }
  }
  const products =
    entries < SPARSE_BELOW * n * width ? sparseMatrix(x, n, width, entries) : denseMatrix(x, n, width);
  return { n, width, sums, squares, ...products };
}

type Products = Pick<DesignMatrix, 'times' | 'addTransposed'>;

function denseMatrix(x: Float32Array, n: number, width: number): Products {
  return {
    times(weights, intercept, out, stride, offset) {
      for (let i = 0, at = 0; i < n; i++) {
        let sum = intercept;
        for (let j = 0; j < width; j++, at++) sum += (x[at] as number) * (weights[j] as number);
        out[i * stride + offset] = sum;
      }
    },
    addTransposed(residuals, stride, offset, out) {
      let total = 0;
      for (let i = 0, at = 0; i < n; i++) {
        const r = residuals[i * stride + offset] as number;
        total += r;
        for (let j = 0; j < width; j++, at++) out[j] = (out[j] as number) + r * (x[at] as number);
      }
      return total;
    },
  };
}

/** Compressed rows: the entries of row i are start[i] … start[i + 1] − 1. */
function sparseMatrix(x: Float32Array, n: number, width: number, entries: number): Products {
  const start = new Uint32Array(n + 1);
  const column = new Uint32Array(entries);
  const value = new Float32Array(entries);
  let kept = 0;
  for (let i = 0, at = 0; i < n; i++) {
    for (let j = 0; j < width; j++, at++) {
      const entry = x[at] as number;
      if (entry === 0) continue;
      column[kept] = j;
      value[kept++] = entry;
    }
    start[i + 1] = kept;
  }
  return {
    times(weights, intercept, out, stride, offset) {
      for (let i = 0, at = 0; i < n; i++) {
        let sum = intercept;
        for (const end = start[i + 1] as number; at < end; at++) {
          sum += (value[at] as number) * (weights[column[at] as number] as number);
        }
        out[i * stride + offset] = sum;
      }
    },
    addTransposed(residuals, stride, offset, out) {
      let total = 0;
      for (let i = 0, at = 0; i < n; i++) {
        const r = residuals[i * stride + offset] as number;
        total += r;
        for (const end = start[i + 1] as number; at < end; at++) {
          const j = column[at] as number;
          out[j] = (out[j] as number) + r * (value[at] as number);
        }
      }
      return total;
    },
  };
}
