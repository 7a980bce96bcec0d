import { describe, expect, test } from 'vitest';
import { designMatrix } from '../../../../../../engine/training/trainers/linear/design-matrix.ts';
import { parkMiller } from '../../../../../kit/training.ts';

const noPause = async (): Promise<void> => {};

/** Enough entries for WebAssembly; of `share` of them not zero. */
function matrixOf(share: number) {
  const [n, width] = [9001, 13];
  const u = parkMiller(2 * n * width, 9);
  const x = Float32Array.from({ length: n * width }, (_, at) =>
    (u[at] ?? 1) < share ? (u[n * width + at] ?? 0) * 2 - 0.5 : 0,
  );
  const at = (i: number, j: number): number => x[i * width + j] ?? Number.NaN;
  const rows = Array.from({ length: n }, (_, i) => i);
  const sum = (term: (i: number) => number): number => rows.reduce((all, i) => all + term(i), 0);
  return { x, n, width, at, rows, sum };
}

describe.each([
  ['dense', 1],
  ['mostly zero', 0.2],
])('a %s matrix', (_, share) => {
  const { x, n, width, at, rows, sum } = matrixOf(share);
  const columns = Array.from({ length: width }, (_value, j) => j);

  test('gives scores, their loss and its gradient in one walk, with several scores a row', async () => {
    const k = 3;
    const parameters = Float64Array.from(parkMiller(k * (width + 1), 2));
    const matrix = await designMatrix({ x, n, width }, noPause);
    const gradient = new Float64Array(parameters.length).fill(7);
    const seen = new Float64Array(n * k);
    const loss = await matrix.pass({
      parameters,
      k,
      gradient,
      pause: noPause,
      turn(scores, from, to) {
        const own = scores.subarray(0, (to - from) * k);
        seen.set(own, from * k);
        return own.reduce((all, score, i) => {
          own[i] = score * (1 + (i % k));
          return all + score;
        }, 0);
      },
    });
    const score = (i: number, c: number): number =>
      columns.reduce(
        (all, j) => all + at(i, j) * (parameters[c * width + j] ?? 0),
        parameters[k * width + c] ?? 0,
      );
    const wanted = rows.flatMap((i) => [0, 1, 2].map((c) => score(i, c)));
    expect(Math.max(...wanted.map((value, i) => Math.abs(value - (seen[i] ?? 9))))).toBeLessThan(1e-12);
    expect(loss).toBeCloseTo(
      wanted.reduce((all, value) => all + value, 0),
      6,
    );
    for (const c of [0, 1, 2]) {
      expect(gradient[c * width + 4]).toBeCloseTo(
        sum((i) => (1 + c) * score(i, c) * at(i, 4)),
        6,
      );
      expect(gradient[k * width + c]).toBeCloseTo(
        sum((i) => (1 + c) * score(i, c)),
        6,
      );
    }
  });

  test('gives pairs of columns by weight, the sizes of rows in a metric, and moments', async () => {
    const matrix = await designMatrix({ x, n, width }, noPause);
    const h = Float64Array.from(parkMiller(n, 8));
    const gram = await matrix.gram(h, noPause);
    expect(gram[7 * width + 5]).toBeCloseTo(
      sum((i) => (h[i] ?? 0) * at(i, 7) * at(i, 5)),
      8,
    );
    expect(gram[6 * width + 6]).toBeCloseTo(
      sum((i) => (h[i] ?? 0) * at(i, 6) ** 2),
      8,
    );
    const metric = new Float64Array(width * width).fill(0.5);
    const sizes = await matrix.quadratic(metric, noPause);
    expect(sizes[17]).toBeCloseTo(0.5 * columns.reduce((all, j) => all + at(17, j), 0) ** 2, 10);
    expect(matrix.sums[3]).toBeCloseTo(
      sum((i) => at(i, 3)),
      8,
    );
    expect(matrix.squares[3]).toBeCloseTo(
      sum((i) => at(i, 3) ** 2),
      8,
    );
  });

  test('lets a cancel into a walk', async () => {
    const matrix = await designMatrix({ x, n, width }, noPause);
    const cancel = async (): Promise<void> => {
      throw new Error('cancelled');
    };
    const walk = matrix.pass({
      parameters: new Float64Array(101 * (width + 1)),
      k: 101,
      gradient: new Float64Array(101 * (width + 1)),
      turn: () => 0,
      pause: cancel,
    });
    await expect(walk).rejects.toThrow('cancelled');
  });
});
