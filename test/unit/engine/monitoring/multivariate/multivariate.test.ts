import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { tellApart } from '../../../../../engine/monitoring/multivariate/domain-classifier.ts';
import { jointMatrix } from '../../../../../engine/monitoring/multivariate/joint-matrix.ts';
import { fitReconstruction } from '../../../../../engine/monitoring/multivariate/reconstruction-error.ts';
import { symmetricEigen } from '../../../../../engine/monitoring/multivariate/symmetric-eigen.ts';
import { multivariateDrift } from '../../../../../engine/monitoring/sections/multivariate.ts';
import type { Frame } from '../../../../../engine/monitoring/windows/frame.ts';
import { frameOf } from '../../../../kit/drift-frames.ts';
import { normals, uniforms } from '../statistics/golden-windows.ts';

const golden = JSON.parse(
  readFileSync(new URL('../../../../fixtures/drift/estimates.json', import.meta.url), 'utf8'),
);
const { signal } = new AbortController();
const quiet = { seed: 1, signal, onFold: () => undefined };

/** The tables of make-estimates.py. */
function goldenTables(): { reference: Frame; current: Frame } {
  const next = uniforms(11);
  const normal = normals(next);
  const table = (rows: number, shift: number, spoil: (row: number) => { b?: number; e?: null }) => {
    const found = Array.from({ length: rows }, (_, row) => {
      const [a, b, c, d] = [normal(), normal(), normal(), normal()];
      const e = next() < 0.5 ? 'x' : next() < 0.6 ? 'y' : 'z';
      const whole = {
        a,
        b: 0.8 * a + 0.6 * b,
        c: 0.5 * a - 0.5 * b + 0.7 * c,
        d: (1 - shift) * (a + 0.3 * d) + shift * d,
        e,
      };
      return { ...whole, ...spoil(row) };
    });
    const column = <K extends 'a' | 'b' | 'c' | 'd' | 'e'>(name: K) => found.map((row) => row[name]);
    return frameOf({
      a: column('a'),
      b: column('b'),
      c: column('c'),
      d: column('d'),
      e: column('e'),
    });
  };
  const reference = table(300, 0, (row) => (row % 10 === 0 ? { b: Number.NaN } : {}));
  return { reference, current: table(200, 0.5, (row) => (row % 7 === 0 ? { e: null } : {})) };
}

describe('the reconstruction error of principal components', () => {
  it('is that of NannyML', () => {
    const { reference, current } = goldenTables();
    const fitted = fitReconstruction(reference, ['a', 'b', 'c', 'd', 'e']);
    const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(fitted?.errorsOf(current) ?? new Float64Array(1))).toBeCloseTo(
      golden.reconstruction.current,
      8,
    );
    const own = fitted?.errorsOf(reference).subarray(0, 200) ?? new Float64Array(1);
    expect(mean(own)).toBeCloseTo(golden.reconstruction.reference, 8);
  });

  it('rests on eigenvectors that are orthonormal and belong to their values', () => {
    const matrix = Float64Array.of(4, 1, -2, 1, 3, 0.5, -2, 0.5, 5);
    const { values, vectors } = symmetricEigen(matrix, 3);
    for (let i = 0; i < 3; i++) {
      const v = vectors.subarray(3 * i, 3 * i + 3);
      for (let row = 0; row < 3; row++) {
        const product = v.reduce((sum, value, k) => sum + (matrix[3 * row + k] ?? 0) * value, 0);
        expect(product).toBeCloseTo((values[i] ?? 0) * (v[row] ?? 0), 10);
      }
      expect(Math.hypot(...v)).toBeCloseTo(1, 12);
    }
  });
});

describe('the classifier that tells windows apart', () => {
  const window = (seed: number, rows: number, twist: number) => {
    const normal = normals(uniforms(seed));
    const rowsOf = Array.from({ length: rows }, () => {
      const [a, b] = [normal(), normal()];
      return { a, b: twist * a + Math.sqrt(1 - twist * twist) * b, c: a > 0 ? 'high' : 'low' };
    });
    return frameOf({ a: rowsOf.map(({ a }) => a), b: rowsOf.map(({ b }) => b), c: rowsOf.map(({ c }) => c) });
  };

  it('finds nothing between windows of one law', async () => {
    const { auc, pValue } = await tellApart(
      jointMatrix(window(1, 400, 0), window(2, 300, 0), ['a', 'b', 'c']),
      quiet,
    );
    expect(auc).toBeLessThan(0.55);
    expect(pValue).toBeGreaterThan(0.01);
  });

  it('sees that columns go together in another way though each alone is as it was', async () => {
    const reference = window(1, 800, 0);
    const current = window(2, 800, 0.9);
    const { auc, low, importances } = await tellApart(
      jointMatrix(reference, current, ['a', 'b', 'c']),
      quiet,
    );
    expect(auc).toBeGreaterThan(0.65);
    expect(low).toBeGreaterThan(0.6);
    expect(importances.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
    const section = await multivariateDrift(
      { reference, current },
      { names: ['a', 'b', 'c'], seed: 1, signal, onStep: () => undefined },
    );
    expect(section).toMatchObject({ status: 'done', drifted: true, domain: { drifted: true } });
  });
});
