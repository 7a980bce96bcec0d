import { type CompressedRows, compressedRows } from './compressed-rows.ts';

/** The products of a row-major matrix X [n, width] that a linear fit needs. */
export type DesignMatrix = {
  n: number;
  width: number;
  /** How many entries a product looks at: those that are not zero where zeros are left out. */
  entries: number;
  /** Of each column: Σ x and Σ x². */
  sums: Float64Array;
  squares: Float64Array;
  /** out[i·stride + offset] = X[i]·weights + intercept. */
  times(weights: Float64Array, intercept: number, out: Float64Array, stride: number, offset: number): void;
  /** out += Xᵀ·r, with r[i] at residuals[i·stride + offset]. Gives the sum of r. */
  addTransposed(residuals: Float64Array, stride: number, offset: number, out: Float64Array): number;
  /**
   * out += Σ h[i]·x·xᵀ over the rows `from` … `to` − 1, row-major [width, width]: right on and below the diagonal, without
   * meaning above. O(rows · entries a row²).
   */
  addGram(h: Float64Array, from: number, to: number, out: Float64Array): void;
  /** out[i] = xᵀ·B·x of each row, with a full symmetric row-major B. O(rows · entries a row²). */
  quadratic(b: Float64Array, out: Float64Array): void;
};

/** Wraps a matrix; a mostly-zero one (one-hot columns) is copied without its zeros. Products cost O(entries kept). */
export function designMatrix(x: Float32Array, n: number, width: number): DesignMatrix {
  const rows = compressedRows(x, n, width);
  const sums = new Float64Array(width);
  const squares = new Float64Array(width);
  const add = (j: number, value: number): void => {
    sums[j] = (sums[j] as number) + value;
    squares[j] = (squares[j] as number) + value * value;
  };
  if (rows === null) {
    for (let i = 0, at = 0; i < n; i++) for (let j = 0; j < width; j++, at++) add(j, x[at] as number);
    return { n, width, entries: n * width, sums, squares, ...denseMatrix(x, n, width) };
  }
  const { column, value, entries } = rows;
  for (let at = 0; at < entries; at++) add(column[at] as number, value[at] as number);
  return { n, width, entries, sums, squares, ...sparseMatrix(rows, n, width) };
}

type Products = Pick<DesignMatrix, 'times' | 'addTransposed' | 'addGram' | 'quadratic'>;

/** Rows that dense products take together: what they add to is read and written once for all of them. */
const TOGETHER = 4;

function denseMatrix(x: Float32Array, n: number, width: number): Products {
  return {
    times(weights, intercept, out, stride, offset) {
      const whole = n - (n % TOGETHER);
      // Sums of several rows at a time: one alone waits for each addition.
      for (let i = 0; i < whole; i += TOGETHER) {
        const at = i * width;
        let [a, b, c, d] = [intercept, intercept, intercept, intercept];
        for (let j = 0; j < width; j++) {
          const weight = weights[j] as number;
          a += (x[at + j] as number) * weight;
          b += (x[at + width + j] as number) * weight;
          c += (x[at + 2 * width + j] as number) * weight;
          d += (x[at + 3 * width + j] as number) * weight;
        }
        out[i * stride + offset] = a;
        out[(i + 1) * stride + offset] = b;
        out[(i + 2) * stride + offset] = c;
        out[(i + 3) * stride + offset] = d;
      }
      for (let i = whole; i < n; i++) {
        let sum = intercept;
        for (let j = 0; j < width; j++) sum += (x[i * width + j] as number) * (weights[j] as number);
        out[i * stride + offset] = sum;
      }
    },
    addTransposed(residuals, stride, offset, out) {
      const whole = n - (n % TOGETHER);
      let total = 0;
      for (let i = 0; i < whole; i += TOGETHER) {
        const at = i * width;
        const a = residuals[i * stride + offset] as number;
        const b = residuals[(i + 1) * stride + offset] as number;
        const c = residuals[(i + 2) * stride + offset] as number;
        const d = residuals[(i + 3) * stride + offset] as number;
        total += a + b + (c + d);
        for (let j = 0; j < width; j++) {
          out[j] =
            (out[j] as number) +
            (a * (x[at + j] as number) + b * (x[at + width + j] as number)) +
            (c * (x[at + 2 * width + j] as number) + d * (x[at + 3 * width + j] as number));
        }
      }
      for (let i = whole; i < n; i++) {
        const r = residuals[i * stride + offset] as number;
        total += r;
        for (let j = 0; j < width; j++) out[j] = (out[j] as number) + r * (x[i * width + j] as number);
      }
      return total;
    },
    addGram(h, from, to, out) {
      const a = new Float64Array(width);
      const b = new Float64Array(width);
      const c = new Float64Array(width);
      const d = new Float64Array(width);
      const none = new Float32Array(width);
      const row = (i: number) => (i < to ? x.subarray(i * width, (i + 1) * width) : none);
      for (let i = from; i < to; i += TOGETHER) {
        a.set(row(i));
        b.set(row(i + 1));
        c.set(row(i + 2));
        d.set(row(i + 3));
        const ha = h[i] as number;
        const hb = i + 1 < to ? (h[i + 1] as number) : 0;
        const hc = i + 2 < to ? (h[i + 2] as number) : 0;
        const hd = i + 3 < to ? (h[i + 3] as number) : 0;
        // Two rows of the result together: what is read of the data serves both.
        for (let j = 0; j + 1 < width; j += 2) {
          const ta = ha * (a[j] as number);
          const tb = hb * (b[j] as number);
          const tc = hc * (c[j] as number);
          const td = hd * (d[j] as number);
          const ua = ha * (a[j + 1] as number);
          const ub = hb * (b[j + 1] as number);
          const uc = hc * (c[j + 1] as number);
          const ud = hd * (d[j + 1] as number);
          const first = j * width;
          const second = first + width;
          for (let m = 0; m <= j + 1; m++) {
            const xa = a[m] as number;
            const xb = b[m] as number;
            const xc = c[m] as number;
            const xd = d[m] as number;
            // One entry above the diagonal comes along; nobody reads it.
            out[first + m] = (out[first + m] as number) + (ta * xa + tb * xb + (tc * xc + td * xd));
            out[second + m] = (out[second + m] as number) + (ua * xa + ub * xb + (uc * xc + ud * xd));
          }
        }
        if (width % 2 === 0) continue;
        const last = width - 1;
        const ta = ha * (a[last] as number);
        const tb = hb * (b[last] as number);
        const tc = hc * (c[last] as number);
        const td = hd * (d[last] as number);
        for (let m = 0, at = last * width; m < width; m++, at++) {
          const sum =
            ta * (a[m] as number) + tb * (b[m] as number) + (tc * (c[m] as number) + td * (d[m] as number));
          out[at] = (out[at] as number) + sum;
        }
      }
    },
    quadratic(b, out) {
      for (let i = 0; i < out.length; i++) {
        let sum = 0;
        for (let j = 0, at = 0; j < width; j++) {
          let dot = 0;
          for (let m = 0; m < width; m++, at++) dot += (b[at] as number) * (x[i * width + m] as number);
          sum += dot * (x[i * width + j] as number);
        }
        out[i] = sum;
      }
    },
  };
}

function sparseMatrix({ start, column, value }: CompressedRows, n: number, width: number): Products {
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
    addGram(h, from, to, out) {
      for (let i = from; i < to; i++) {
        const weight = h[i] as number;
        const [begin, end] = [start[i] as number, start[i + 1] as number];
        for (let a = begin; a < end; a++) {
          const t = weight * (value[a] as number);
          const row = (column[a] as number) * width;
          // Columns of a row ascend: what comes up to `a` is on or below the diagonal.
          for (let b = begin; b <= a; b++) {
            const entry = row + (column[b] as number);
            out[entry] = (out[entry] as number) + t * (value[b] as number);
          }
        }
      }
    },
    quadratic(matrix, out) {
      for (let i = 0; i < out.length; i++) {
        const [begin, end] = [start[i] as number, start[i + 1] as number];
        let sum = 0;
        for (let a = begin; a < end; a++) {
          const row = (column[a] as number) * width;
          let dot = 0;
          for (let b = begin; b < end; b++) {
            dot += (matrix[row + (column[b] as number)] as number) * (value[b] as number);
          }
          sum += dot * (value[a] as number);
        }
        out[i] = sum;
      }
    },
  };
}
