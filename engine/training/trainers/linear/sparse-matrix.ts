import type { CompressedRows } from './compressed-rows.ts';
import type { DesignMatrix } from './design-matrix.ts';

/** Rows of which the scores are held at a time. */
const ROWS_A_STRETCH = 1024;
/** Rows after which others are let in, in pairs of entries. */
const PAIRS_A_TURN = 2_000_000;

/** A matrix without its zeros. */
export function sparseMatrix(rows: CompressedRows, n: number, width: number): DesignMatrix {
  const { start, column, value, entries } = rows;
  const scores = (
    weights: Float64Array,
    intercept: number,
    from: number,
    to: number,
    out: Float64Array,
    k: number,
    c: number,
  ): void => {
    for (let i = from, at = start[from] as number, place = c; i < to; i++, place += k) {
      let sum = intercept;
      for (const end = start[i + 1] as number; at < end; at++) {
        sum += (value[at] as number) * (weights[column[at] as number] as number);
      }
      out[place] = sum;
    }
  };
  const transposed = (
    residuals: Float64Array,
    from: number,
    to: number,
    k: number,
    c: number,
    out: Float64Array,
  ): number => {
    let total = 0;
    for (let i = from, at = start[from] as number, place = c; i < to; i++, place += k) {
      const r = residuals[place] as number;
      total += r;
      for (const end = start[i + 1] as number; at < end; at++) {
        const j = column[at] as number;
        out[j] = (out[j] as number) + r * (value[at] as number);
      }
    }
    return total;
  };
  return {
    n,
    width,
    entries,
    ...momentsOf(rows, width),
    times: (weights, intercept, out) => scores(weights, intercept, 0, n, out, 1, 0),
    addTransposed: (residuals, out) => transposed(residuals, 0, n, 1, 0, out),
    async pass({ parameters, k, turn, gradient, pause }) {
      const stretch = new Float64Array(Math.min(n, ROWS_A_STRETCH) * k);
      const part = (of: Float64Array, c: number) => of.subarray(c * width, (c + 1) * width);
      gradient.fill(0);
      let loss = 0;
      for (let from = 0; from < n; from += ROWS_A_STRETCH) {
        const to = Math.min(n, from + ROWS_A_STRETCH);
        for (let c = 0; c < k; c++) {
          scores(part(parameters, c), parameters[k * width + c] as number, from, to, stretch, k, c);
        }
        loss += turn(stretch, from, to);
        for (let c = 0, at = k * width; c < k; c++, at++) {
          const total = transposed(stretch, from, to, k, c, part(gradient, c));
          gradient[at] = (gradient[at] as number) + total;
        }
        await pause();
      }
      return loss;
    },
    async gram(h, pause) {
      const out = new Float64Array(width * width);
      const pairsARow = 1 + (entries / n) ** 2;
      const rowsATurn = Math.ceil(PAIRS_A_TURN / pairsARow);
      for (let from = 0; from < n; from += rowsATurn) {
        addGram(rows, h, from, Math.min(n, from + rowsATurn), width, out);
        await pause();
      }
      return out;
    },
    async quadratic(b, pause) {
      const out = new Float64Array(n);
      const rowsATurn = Math.ceil(PAIRS_A_TURN / (1 + (entries / n) ** 2));
      for (let i = 0; i < n; i++) {
        if (i % rowsATurn === 0) await pause();
        const [begin, end] = [start[i] as number, start[i + 1] as number];
        let sum = 0;
        for (let a = begin; a < end; a++) {
          const row = (column[a] as number) * width;
          let dot = 0;
          for (let other = begin; other < end; other++) {
            dot += (b[row + (column[other] as number)] as number) * (value[other] as number);
          }
          sum += dot * (value[a] as number);
        }
        out[i] = sum;
      }
      return out;
    },
  };
}

function addGram(
  { start, column, value }: CompressedRows,
  h: Float64Array,
  from: number,
  to: number,
  width: number,
  out: Float64Array,
): void {
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
}

function momentsOf(
  { entries, column, value }: CompressedRows,
  width: number,
): Pick<DesignMatrix, 'sums' | 'squares'> {
  const sums = new Float64Array(width);
  const squares = new Float64Array(width);
  for (let at = 0; at < entries; at++) {
    const j = column[at] as number;
    const entry = value[at] as number;
    sums[j] = (sums[j] as number) + entry;
    squares[j] = (squares[j] as number) + entry * entry;
  }
  return { sums, squares };
}
