import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { wasmModuleText } from '../../../../../../build/kernels.ts';
import {
  plainGram,
  plainTiles,
} from '../../../../../../engine/training/trainers/linear/kernel/plain-kernel.ts';
import {
  type DenseRows,
  type GramTiles,
  type Tiles,
  tileRows,
} from '../../../../../../engine/training/trainers/linear/kernel/tiles.ts';
import { wasmGram, wasmTiles } from '../../../../../../engine/training/trainers/linear/kernel/wasm-kernel.ts';
import { parkMiller } from '../../../../../kit/training.ts';

/** Two whole tiles and a part of one. */
function rowsOf(width: number): DenseRows {
  const n = 2 * tileRows(width) + 5;
  return { x: Float32Array.from(parkMiller(n * width, 7), (u) => u * 3 - 1), n, width };
}

/** All that a fit asks of tiles, over all rows. */
function products(tiles: Tiles | null, { n, width }: DenseRows, k: number) {
  if (tiles === null) throw new Error('there is no WebAssembly here');
  tiles.weights.set(parkMiller(k * width, 3));
  const scores: number[] = [];
  const squares = new Float64Array(width);
  for (let from = 0; from < n; from += tiles.most) {
    const to = Math.min(n, from + tiles.most);
    tiles.load(from, to);
    tiles.addMoments(squares);
    for (let c = 0; c < k; c++) tiles.times(c, c / 3);
    scores.push(...tiles.scores.subarray(0, (to - from) * k));
    for (let c = 0; c < k; c++) tiles.addTransposed(c);
  }
  return { scores, sums: [...tiles.sums], squares: [...squares] };
}

function gramOf(tiles: GramTiles | null, { n }: DenseRows, h: Float64Array): Float64Array {
  if (tiles === null) throw new Error('there is no WebAssembly here');
  // Twice: what the first sum left behind must not matter.
  for (const times of [1, 2]) {
    tiles.clear();
    for (let from = 0; from < n; from += tiles.most) {
      const to = Math.min(n, from + tiles.most);
      tiles.load(from, to);
      tiles.h.set(h.subarray(from, to).map((weight) => weight * times));
      tiles.add();
    }
  }
  return tiles.sums();
}

// All remainders of the blocks that columns are taken in: 16, 4 and 2.
test.each([1, 2, 3, 4, 6, 7, 16, 17, 23, 36, 53])(
  'WebAssembly multiplies with %d columns as the plain kernel does, bit for bit',
  (width) => {
    const rows = rowsOf(width);
    for (const k of [1, 3]) {
      expect(products(wasmTiles(rows, k), rows, k)).toEqual(products(plainTiles(rows, k), rows, k));
    }
    const h = Float64Array.from(parkMiller(rows.n, 5));
    expect(gramOf(wasmGram(rows), rows, h)).toEqual(gramOf(plainGram(rows), rows, h));
  },
);

test('the products are those of the matrix', () => {
  const rows = rowsOf(5);
  const { x, n, width } = rows;
  const at = (i: number, j: number): number => x[i * width + j] ?? Number.NaN;
  const h = Float64Array.from(parkMiller(n, 5));
  const all = Array.from({ length: n }, (_, i) => i);
  const { scores, sums, squares } = products(wasmTiles(rows, 1), rows, 1);
  const weights = parkMiller(width, 3);
  const expected = all.map((i) => weights.reduce((sum, weight, j) => sum + weight * at(i, j), 0));
  const sumOf = (term: (i: number) => number): number => all.reduce((sum, i) => sum + term(i), 0);
  const gram = gramOf(wasmGram(rows), rows, h);
  expect(scores.every((score, i) => Math.abs(score - (expected[i] ?? Number.NaN)) < 1e-12)).toBe(true);
  expect(sums[2]).toBeCloseTo(
    sumOf((i) => at(i, 2) * (1 + (expected[i] ?? Number.NaN))),
    8,
  );
  expect(squares[4]).toBeCloseTo(
    sumOf((i) => at(i, 4) ** 2),
    8,
  );
  expect(gram[3 * width + 1]).toBeCloseTo(
    sumOf((i) => 2 * (h[i] ?? Number.NaN) * at(i, 3) * at(i, 1)),
    8,
  );
});

test('the WebAssembly in the repository is what its source compiles to', () => {
  const committed = new URL(
    '../../../../../../engine/training/trainers/linear/kernel/wasm-bytes.ts',
    import.meta.url,
  );
  expect(wasmModuleText('linear')).toBe(readFileSync(committed, 'utf8'));
});
