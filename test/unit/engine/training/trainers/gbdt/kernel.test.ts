import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { wasmModuleText } from '../../../../../../build/kernels.ts';
import { binRows } from '../../../../../../engine/training/trainers/gbdt/binned-rows.ts';
import { type GrowSettings, treeGrower } from '../../../../../../engine/training/trainers/gbdt/grow.ts';
import { createSorter } from '../../../../../../engine/training/trainers/gbdt/kernel/kernel.ts';
import { plainKernel } from '../../../../../../engine/training/trainers/gbdt/kernel/plain-kernel.ts';
import { wasmKernel } from '../../../../../../engine/training/trainers/gbdt/kernel/wasm-kernel.ts';
import { categoryColumns, parkMiller } from '../../../../../kit/training.ts';

const settings: GrowSettings = {
  leaves: 24,
  growth: 'leaf',
  maxDepth: 0,
  minLeafRows: 5,
  minLeafHessian: 1e-3,
  minSplitGain: 0,
  maxDeltaStep: 0,
  l1: 0,
  l2: 0,
  learningRate: 0.1,
  categorySmoothing: 2,
  categoryL2: 1,
  maxListedCategories: 32,
  minCategoryRows: 3,
  monotone: null,
};

/** 13 columns: numbers with and without gaps, few and many values, two that exclude each other, one of categories. */
function rows(n: number) {
  const width = 13;
  const u = parkMiller(n * (width + 2), 11);
  const x = new Float32Array(n * width);
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < width; c++) {
      const value = u[i * width + c] ?? 0;
      x[i * width + c] = c === 9 || c === 10 ? 0 : c === 12 ? Math.floor(value * 20) : value;
      if (c < 4 && value < 0.1 * c) x[i * width + c] = Number.NaN;
      if (c === 5) x[i * width + c] = Math.round(value * 6);
    }
    const which = Math.floor((u[n * width + i] ?? 0) * 3);
    if (which > 0) x[i * width + 8 + which] = 1;
  }
  const gradients = Float32Array.from({ length: n }, (_, i) => {
    const missing = Number.isNaN(x[i * width + 3] ?? 0) ? 0.7 : 0;
    return (
      (x[i * width + 7] ?? 0) - 2.1 + missing + (u[n * (width + 1) + i] ?? 0) + ((x[i * width + 12] ?? 0) % 3)
    );
  });
  const hessians = Float32Array.from({ length: n }, (_, i) => 0.1 + (u[i] ?? 0));
  return { x, n, columns: categoryColumns(width, { 12: 20 }), gradients, hessians };
}

test.each<[string, Partial<GrowSettings>]>([
  ['leaf by leaf', {}],
  ['level by level, to a depth', { growth: 'depth', maxDepth: 4 }],
  ['with shrunken and bounded outputs', { l1: 0.3, l2: 2, maxDeltaStep: 1 }],
  ['monotone', { monotone: Int8Array.of(0, 0, 0, 0, 0, 0, 1, -1, 0, 0, 0, 0, 0) }],
])('WebAssembly grows the trees of the plain kernel, bit for bit: %s', (_, changes) => {
  const { x, n, columns, gradients, hessians } = rows(3000);
  const order = Uint32Array.from({ length: n }, (_value, i) => i).filter((row) => row % 5 !== 0);
  const [plain, wasm] = [plainKernel, wasmKernel].map((make) => {
    const all = { ...settings, ...changes };
    const { monotone } = all;
    const binned = binRows({
      ...{ x, n, columns, maxBins: 64, leaves: 24, seed: 1 },
      ...(monotone ? { monotone } : {}),
      makeKernel: (shape) => make(shape) ?? plainKernel(shape),
    });
    const gain = new Float64Array(columns.length);
    const grow = treeGrower(binned, all, gain);
    const request = { rows: order, gradients, hessians, columnsOfNode: () => null, target: 0, scale: 1 };
    // Twice: what the first tree left behind must not matter.
    const trees = [grow(request), grow(request)].map(({ tree }) => tree);
    return {
      trees,
      gain,
      order: binned.kernel.rows.slice(0, order.length),
      codes: binned.kernel.codes.slice(),
    };
  });
  expect(wasm).toEqual(plain);
  expect(plain?.trees[0]).toEqual(plain?.trees[1]);
  expect(plain?.trees[0]?.column.length).toBeGreaterThan(20);
});

test('sorts floats as the platform does, infinities and both zeros included', () => {
  const values = Float32Array.from(parkMiller(5000, 3), (u, i) => (u - 0.5) * 10 ** ((i % 60) - 30));
  values.set([0, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-45, -1e-45, 0, -0]);
  const sorted = values.slice();
  createSorter(values.length)(sorted);
  const expected = values.slice().sort();
  expect([...sorted].every((value, i) => Object.is(value, expected[i]))).toBe(true);
});

test('the WebAssembly module is what its source compiles to', { timeout: 120_000 }, () => {
  const committed = new URL(
    '../../../../../../engine/training/trainers/gbdt/kernel/wasm-bytes.ts',
    import.meta.url,
  );
  expect(wasmModuleText('gbdt')).toBe(readFileSync(committed, 'utf8'));
});
