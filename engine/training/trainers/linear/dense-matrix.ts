import type { DesignMatrix } from './design-matrix.ts';
import { createGram, createTiles } from './kernel/kernel.ts';
import type { DenseRows, GramTiles, Tiles } from './kernel/tiles.ts';

/** Products of entries after which others are let in. */
const PRODUCTS_A_TURN = 10_000_000;

/** A matrix as it is, zeros and all, read tile by tile: one walk at a time. */
export function denseMatrix(x: Float32Array, n: number, width: number): DesignMatrix {
  const rows = { x, n, width };
  const tiles = createTiles(rows, 1);
  let wide = { k: 1, tiles };
  let pairs: GramTiles | null = null;
  return {
    n,
    width,
    entries: n * width,
    ...momentsOf(tiles, rows),
    times(weights, intercept, out) {
      tiles.weights.set(weights);
      for (const { from, to } of tilesOf(n, tiles.most)) {
        tiles.load(from, to);
        tiles.times(0, intercept);
        out.set(tiles.scores.subarray(0, to - from), from);
      }
    },
    addTransposed(residuals, out) {
      let total = 0;
      tiles.sums.set(out);
      for (const { from, to } of tilesOf(n, tiles.most)) {
        tiles.load(from, to);
        tiles.scores.set(residuals.subarray(from, to));
        tiles.addTransposed(0);
        total += sumOf(tiles.scores, to - from, 1, 0);
      }
      out.set(tiles.sums);
      return total;
    },
    async pass({ parameters, k, turn, gradient, pause }) {
      if (wide.k !== k) wide = { k, tiles: createTiles(rows, k) };
      const used = wide.tiles;
      const isTurn = everySoOften(used.most * width * k);
      used.weights.set(parameters.subarray(0, k * width));
      used.sums.fill(0);
      gradient.fill(0);
      let loss = 0;
      for (const { from, to } of tilesOf(n, used.most)) {
        used.load(from, to);
        for (let c = 0; c < k; c++) used.times(c, parameters[k * width + c] as number);
        loss += turn(used.scores, from, to);
        for (let c = 0, at = k * width; c < k; c++, at++) {
          used.addTransposed(c);
          gradient[at] = (gradient[at] as number) + sumOf(used.scores, to - from, k, c);
        }
        if (isTurn()) await pause();
      }
      gradient.set(used.sums);
      return loss;
    },
    async gram(h, pause) {
      pairs ??= createGram(rows);
      const isTurn = everySoOften((pairs.most * width * width) / 4);
      pairs.clear();
      for (const { from, to } of tilesOf(n, pairs.most)) {
        pairs.load(from, to);
        pairs.h.set(h.subarray(from, to));
        pairs.add();
        if (isTurn()) await pause();
      }
      return pairs.sums();
    },
    async quadratic(b, pause) {
      // The products of a row with the rows of B are scores of as many weights.
      const wide = createTiles(rows, width);
      const isTurn = everySoOften(wide.most * width * width);
      const out = new Float64Array(n);
      wide.weights.set(b);
      for (const { from, to } of tilesOf(n, wide.most)) {
        wide.load(from, to);
        for (let c = 0; c < width; c++) wide.times(c, 0);
        for (let i = from, place = 0; i < to; i++) {
          let sum = 0;
          for (let at = i * width, end = at + width; at < end; at++, place++) {
            sum += (wide.scores[place] as number) * (x[at] as number);
          }
          out[i] = sum;
        }
        if (isTurn()) await pause();
      }
      return out;
    },
  };
}

/** Scores [n, k] of parameters, for rows that are looked at once. */
export function scoresOfRows(rows: DenseRows, parameters: Float64Array, k: number): Float64Array {
  const { n, width } = rows;
  const tiles = createTiles(rows, k);
  const scores = new Float64Array(n * k);
  tiles.weights.set(parameters.subarray(0, k * width));
  for (const { from, to } of tilesOf(n, tiles.most)) {
    tiles.load(from, to);
    for (let c = 0; c < k; c++) tiles.times(c, parameters[k * width + c] as number);
    scores.set(tiles.scores.subarray(0, (to - from) * k), from * k);
  }
  return scores;
}

function momentsOf(tiles: Tiles, { n, width }: DenseRows): Pick<DesignMatrix, 'sums' | 'squares'> {
  const squares = new Float64Array(width);
  tiles.sums.fill(0);
  for (const { from, to } of tilesOf(n, tiles.most)) {
    tiles.load(from, to);
    tiles.addMoments(squares);
  }
  return { sums: tiles.sums.slice(), squares };
}

function* tilesOf(n: number, most: number): Generator<{ from: number; to: number }> {
  for (let from = 0; from < n; from += most) yield { from, to: Math.min(n, from + most) };
}

/** Tells after which tiles others are let in. */
function everySoOften(productsATile: number): () => boolean {
  let done = 0;
  return () => {
    done += productsATile;
    if (done < PRODUCTS_A_TURN) return false;
    done = 0;
    return true;
  };
}

function sumOf(scores: Float64Array, rows: number, k: number, c: number): number {
  let sum = 0;
  for (let row = 0, at = c; row < rows; row++, at += k) sum += scores[at] as number;
  return sum;
}
