import { type DenseRows, type GramTiles, type Tiles, tileRows } from './tiles.ts';

/** The kernel in TypeScript: slower, of the same bits. */
export function plainTiles({ x, width }: DenseRows, k: number): Tiles {
  const most = tileRows(width);
  const weights = new Float64Array(k * width);
  const scores = new Float64Array(most * k);
  const sums = new Float64Array(k * width);
  let begin = 0;
  let rows = 0;
  return {
    most,
    weights,
    scores,
    sums,
    load(from, to) {
      begin = from * width;
      rows = to - from;
    },
    times(c, intercept) {
      const own = weights.subarray(c * width, (c + 1) * width);
      for (let row = 0, at = begin; row < rows; row++, at += width) {
        scores[row * k + c] = product(x, at, own, width) + intercept;
      }
    },
    addTransposed(c) {
      const found = new Float64Array(width);
      for (let row = 0, at = begin; row < rows; row++) {
        const residual = scores[row * k + c] as number;
        for (let j = 0; j < width; j++, at++) {
          found[j] = (found[j] as number) + (x[at] as number) * residual;
        }
      }
      for (let j = 0; j < width; j++)
        sums[c * width + j] = (sums[c * width + j] as number) + (found[j] as number);
    },
    addMoments(squares) {
      const foundSums = new Float64Array(width);
      const foundSquares = new Float64Array(width);
      for (let row = 0, at = begin; row < rows; row++) {
        for (let j = 0; j < width; j++, at++) {
          const value = x[at] as number;
          foundSums[j] = (foundSums[j] as number) + value;
          foundSquares[j] = (foundSquares[j] as number) + value * value;
        }
      }
      for (let j = 0; j < width; j++) {
        sums[j] = (sums[j] as number) + (foundSums[j] as number);
        squares[j] = (squares[j] as number) + (foundSquares[j] as number);
      }
    },
  };
}

/** Four partial sums, by column modulo 4: (s0 + s2) + (s1 + s3). */
function product(x: Float32Array, at: number, weights: Float64Array, width: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  const whole = width - (width % 4);
  for (let j = 0; j < whole; j += 4) {
    s0 += (x[at + j] as number) * (weights[j] as number);
    s1 += (x[at + j + 1] as number) * (weights[j + 1] as number);
    s2 += (x[at + j + 2] as number) * (weights[j + 2] as number);
    s3 += (x[at + j + 3] as number) * (weights[j + 3] as number);
  }
  if (width > whole) s0 += (x[at + whole] as number) * (weights[whole] as number);
  if (width > whole + 1) s1 += (x[at + whole + 1] as number) * (weights[whole + 1] as number);
  if (width > whole + 2) s2 += (x[at + whole + 2] as number) * (weights[whole + 2] as number);
  return s0 + s2 + (s1 + s3);
}

/** Columns of the result whose sums over a tile are held together. */
const BLOCK = 4;

export function plainGram({ x, width }: DenseRows): GramTiles {
  const most = tileRows(width);
  const h = new Float64Array(most);
  const gram = new Float64Array(width * width);
  let begin = 0;
  let rows = 0;
  return {
    most,
    h,
    load(from, to) {
      begin = from * width;
      rows = to - from;
    },
    add() {
      for (let j = 0; j < width; j++) {
        for (let m = 0; m <= j; m += BLOCK) {
          let [s0, s1, s2, s3] = [0, 0, 0, 0];
          // What lies right of the diagonal comes along; nobody reads it.
          for (let row = 0, at = begin; row < rows; row++, at += width) {
            const t = (x[at + j] as number) * (h[row] as number);
            s0 += t * (x[at + m] as number);
            s1 += t * (x[at + m + 1] as number);
            s2 += t * (x[at + m + 2] as number);
            s3 += t * (x[at + m + 3] as number);
          }
          const to = j * width + m;
          gram[to] = (gram[to] as number) + s0;
          if (m + 1 <= j) gram[to + 1] = (gram[to + 1] as number) + s1;
          if (m + 2 <= j) gram[to + 2] = (gram[to + 2] as number) + s2;
          if (m + 3 <= j) gram[to + 3] = (gram[to + 3] as number) + s3;
        }
      }
    },
    sums: () => gram.slice(),
    clear() {
      gram.fill(0);
    },
  };
}
