/**
 * Products with a stretch of rows of a dense matrix, in float64. The order of each sum is fixed, so that every kernel gives the
 * same bits on every machine.
 */
export type Tiles = {
  /** Most rows of a tile. */
  most: number;
  /** k rows of weights, [k, width]: to be written. */
  weights: Float64Array;
  /** What rows of the tile are told or tell, [most, k]. */
  scores: Float64Array;
  /** What `addTransposed` adds to, [k, width]. */
  sums: Float64Array;
  /** Takes the rows `from` … `to` − 1 of the matrix as the tile: at most `most`. */
  load(from: number, to: number): void;
  /** scores = tile · weights + intercept of score `c`. */
  times(c: number, intercept: number): void;
  /** sums += tileᵀ · scores of score `c`. */
  addTransposed(c: number): void;
  /** Adds Σ x of each column to `sums` and Σ x² to `squares`, [width]. */
  addMoments(squares: Float64Array): void;
};

/** Σ h·x·xᵀ over tiles. */
export type GramTiles = {
  most: number;
  /** h of the rows of the tile, [most]: to be written. */
  h: Float64Array;
  load(from: number, to: number): void;
  add(): void;
  /** The sums since `clear`, row-major [width, width], on and below the diagonal. */
  sums(): Float64Array;
  clear(): void;
};

export type DenseRows = { x: Float32Array; n: number; width: number };

/** Rows of a tile: as many as stay in the first caches with what is worked out of them. */
export function tileRows(width: number): number {
  const rows = Math.floor(16_384 / Math.max(1, width));
  return Math.min(512, Math.max(32, rows - (rows % 4)));
}
