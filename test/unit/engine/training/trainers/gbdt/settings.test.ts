import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gbdtTrainer } from '../../../../../../engine/training/trainers/gbdt/gbdt.ts';
import {
  categoryColumns,
  fitTrainer,
  maxDifference,
  modelFile,
  parkMiller,
  rmse,
  runModel,
  type Sample,
  sampleOf,
} from '../../../../../kit/training.ts';

const get = (row: ArrayLike<number>, i: number) => row[i] ?? Number.NaN;
const normal = (u: Float64Array) => Math.sqrt(-2 * Math.log(get(u, 0))) * Math.cos(2 * Math.PI * get(u, 1));
const wave = (row: Float32Array, u: Float64Array) =>
  Math.sin(5 * get(row, 0)) + get(row, 1) + 0.3 * normal(u);
const never = { earlyStoppingRounds: 0 };

/** One number and one category of `codes`, whose effect has nothing to do with its code; some values missing. */
function categorySample(
  n: number,
  codes: number,
  seed: number,
): Sample & { columns: ReturnType<typeof categoryColumns> } {
  const sample = sampleOf(n, 2, seed, () => 0);
  for (let i = 0; i < n; i++) {
    const code = Math.floor(get(sample.x, 2 * i + 1) ** 2 * codes);
    sample.x[2 * i + 1] = i % 31 === 0 ? Number.NaN : code;
    sample.y[i] = ((code * 7919) % 11) + get(sample.x, 2 * i);
  }
  return { ...sample, columns: categoryColumns(2, { 1: codes + 1 }) };
}

test('native categories find groups that have nothing to do with their codes', async () => {
  const sample = categorySample(3000, 40, 3);
  const held = categorySample(500, 40, 4);
  const settings = {
    trees: 60,
    categories: 'native',
    minCategoryRows: 10,
    categorySmoothing: 1,
    categoryL2: 1,
  };
  const model = await fitTrainer(gbdtTrainer, sample, { settings, columns: sample.columns });
  const known = held.y.map((_, i) => (i % 31 === 0 ? 0 : get(held.y, i)));
  const answers = model.predict(held.x, held.n).map((value, i) => (i % 31 === 0 ? 0 : value));
  expect(rmse(answers, known)).toBeLessThan(0.5);
});

test('ONNX Runtime answers as the trees do for lists of categories, missing and unseen ones included', {
  timeout: 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 1e6 }),
      fc.constantFrom(2, 3, 9, 70, 400),
      async (seed, codes) => {
        const sample = categorySample(400, codes, seed);
        const settings = {
          ...never,
          trees: 8,
          categories: 'native',
          minCategoryRows: 1,
          categorySmoothing: 0,
          minLeafRows: 3,
        };
        const model = await fitTrainer(gbdtTrainer, sample, { settings, columns: sample.columns, seed });
        const probe = sample.x.slice();
        // The last code stands for what training never saw.
        for (let i = 0; i < 400; i += 7) probe[2 * i + 1] = i % 2 === 0 ? codes : Number.NaN;
        expect(maxDifference(model.predict(probe, 400), await runModel(model, probe, 400))).toBeLessThan(
          1e-5,
        );
      },
    ),
    { numRuns: 12, seed: 7 },
  );
});

test('an answer that must rise with a feature never falls with it, and one that must fall never rises', async () => {
  const noisy = (row: Float32Array, u: Float64Array) =>
    get(row, 0) - get(row, 1) + Math.sin(9 * get(row, 2)) + 2 * normal(u);
  const sample = sampleOf(600, 3, 13, noisy);
  for (const growth of ['leaf', 'depth']) {
    const model = await fitTrainer(gbdtTrainer, sample, {
      settings: {
        ...never,
        trees: 40,
        minLeafRows: 3,
        growth,
        monotone: { x0: 'increasing', x1: 'decreasing' },
      },
    });
    for (const [column, sign] of [
      [0, 1],
      [1, -1],
    ] as const) {
      for (let base = 0; base < 20; base++) {
        const grid = Float32Array.from({ length: 101 * 3 }, (_, i) =>
          i % 3 === column ? Math.floor(i / 3) / 100 : get(sample.x, base * 3 + (i % 3)),
        );
        const answers = model.predict(grid, 101);
        for (let i = 1; i < 101; i++) {
          expect(sign * (get(answers, i) - get(answers, i - 1))).toBeGreaterThanOrEqual(-1e-6);
        }
      }
    }
  }
});

test('monotone follows the positive class, whichever index it has', async () => {
  const sample = sampleOf(300, 2, 17, (row, u) => (get(row, 0) + 0.5 * normal(u) > 0.5 ? 1 : 0));
  const settings = { ...never, trees: 10, monotone: { x0: 'increasing' } };
  const rises = async (positiveClass: number) => {
    const model = await fitTrainer(gbdtTrainer, sample, { classes: 2, positiveClass, settings });
    const answers = model.predict(Float32Array.of(0, 0.5, 1, 0.5), 2);
    return get(answers, 2 + positiveClass) - get(answers, positiveClass);
  };
  expect(await rises(1)).toBeGreaterThan(0.3);
  // The probability of class 0 falls with x0, so an increasing answer has to be a constant one there.
  expect(await rises(0)).toBeLessThan(0.05);
});

test.each([
  [{ monotone: { nothing: 'increasing', x1: 'increasing' } }, 0, /"nothing" is no number/],
  [{ monotone: { x0: 'increasing' }, loss: 'absolute' }, 0, /absolute/],
  [{ monotone: { x0: 'increasing' } }, 3, /two classes/],
])('refuses monotone settings that cannot hold, %o', async (settings, classes, message) => {
  const sample = sampleOf(60, 2, 19, (_, u) => Math.floor(get(u, 0) * 3));
  const fit = fitTrainer(gbdtTrainer, sample, { settings, ...(classes > 0 ? { classes } : {}) });
  await expect(fit).rejects.toMatchObject({
    code: 'training/bad-recipe',
    message: expect.stringMatching(message),
  });
});

test('growth by depth keeps to its depth and fills the levels above first', async () => {
  const model = await fitTrainer(gbdtTrainer, sampleOf(2000, 4, 23, wave), {
    settings: { ...never, trees: 5, growth: 'depth', maxDepth: 3, leaves: 64, minLeafRows: 5 },
  });
  expect(model.info.leaves).toBe(5 * 8);
});

test.each<[string, Record<string, unknown>]>([
  ['GOSS', { sampling: 'goss' }],
  ['GOSS with large shares', { sampling: 'goss', topRows: 0.5, otherRows: 0.4 }],
  ['DART', { boosting: 'dart', dropRate: 0.3, skipDrop: 0.2 }],
  ['columns drawn a node', { columnSampleByNode: 0.5 }],
  ['rows and columns drawn', { rowSample: 0.6, columnSample: 0.7 }],
  ['l1 and bounded steps', { l1: 0.5, maxDeltaStep: 0.5 }],
])(
  '%s learns the function, answers in the graph alike, and gives the same bytes twice',
  async (_, changes) => {
    const sample = sampleOf(1500, 4, 29, wave);
    const held = sampleOf(500, 4, 31, wave);
    const settings = { trees: 60, learningRate: 0.2, ...changes };
    const fitted = () =>
      fitTrainer(gbdtTrainer, sample, { settings, seed: 5, validation: sampleOf(400, 4, 37, wave) });
    const model = await fitted();
    // The noise has deviation 0.3, the function itself about 0.7.
    expect(rmse(model.predict(held.x, held.n), held.y)).toBeLessThan(0.4);
    expect(maxDifference(model.predict(held.x, 500), await runModel(model, held.x, 500))).toBeLessThan(1e-5);
    expect(modelFile(await fitted(), 4)).toEqual(modelFile(model, 4));
  },
);

test.each<[string, Record<string, unknown>, (y: number[]) => number]>([
  [
    'absolute',
    { loss: 'absolute' },
    (y) =>
      get(
        y.sort((a, b) => a - b),
        Math.floor(y.length / 2),
      ),
  ],
  [
    'quantile',
    { loss: 'quantile', quantile: 0.9 },
    (y) =>
      get(
        y.sort((a, b) => a - b),
        Math.floor(y.length * 0.9),
      ),
  ],
  [
    'huber',
    { loss: 'huber' },
    (y) =>
      get(
        y.sort((a, b) => a - b),
        Math.floor(y.length / 2),
      ),
  ],
  ['poisson', { loss: 'poisson' }, (y) => y.reduce((sum, v) => sum + v, 0) / y.length],
  ['gamma', { loss: 'gamma' }, (y) => y.reduce((sum, v) => sum + v, 0) / y.length],
  ['tweedie', { loss: 'tweedie' }, (y) => y.reduce((sum, v) => sum + v, 0) / y.length],
])(
  'the loss %s answers the number that it is the loss of, in each group',
  async (loss, settings, expected) => {
    // Two groups of different level; a long tail to the right tells median, quantile and mean apart.
    const sample = sampleOf(
      4000,
      1,
      41,
      (row, u) => (get(row, 0) < 0.5 ? 1 : 3) * (0.3 - Math.log(get(u, 0))),
    );
    const model = await fitTrainer(gbdtTrainer, sample, {
      settings: { ...never, trees: 40, learningRate: 0.3, bins: 2, ...settings },
    });
    const probe = Float32Array.of(0.2, 0.8);
    const answers = model.predict(probe, 2);
    expect(maxDifference(answers, await runModel(model, probe, 2))).toBeLessThan(1e-5);
    for (const [i, isLow] of [true, false].entries()) {
      const group = [...sample.y].filter((_, row) => get(sample.x, row) < 0.5 === isLow);
      const tolerance = loss === 'huber' ? 0.35 : 0.03;
      expect(Math.abs(get(answers, i) / expected(group) - 1)).toBeLessThan(tolerance);
    }
  },
);

test('a row of weight two counts as two rows', async () => {
  const base = sampleOf(400, 3, 43, wave);
  // So few values that each has its bin in both samples.
  base.x.forEach((value, i) => {
    base.x[i] = Math.round(value * 50);
  });
  const heavy = parkMiller(400, 47).map((u) => (u < 0.3 ? 2 : 1));
  const repeated = [...heavy.keys()].flatMap((i) => Array<number>(get(heavy, i)).fill(i));
  const twice: Sample = {
    x: Float32Array.from(repeated.flatMap((i) => [...base.x.subarray(3 * i, 3 * i + 3)])),
    y: Float64Array.from(repeated, (i) => get(base.y, i)),
    n: repeated.length,
    width: 3,
    weights: null,
  };
  const mean = repeated.length / 400;
  const weighted = { ...base, weights: heavy.map((w) => w / mean) };
  // Leaves are not bounded by rows, of which the two samples have different numbers.
  const settings = { ...never, trees: 20, minLeafRows: 1, minLeafHessian: 0, leaves: 8 };
  const [a, b] = [
    await fitTrainer(gbdtTrainer, weighted, { settings }),
    await fitTrainer(gbdtTrainer, twice, { settings }),
  ];
  expect(maxDifference(a.predict(base.x, 400), b.predict(base.x, 400))).toBeLessThan(1e-4);
});

test('without validation rows every tree is kept', async () => {
  const none: Sample = { x: new Float32Array(0), y: new Float64Array(0), n: 0, width: 4, weights: null };
  const model = await fitTrainer(gbdtTrainer, sampleOf(300, 4, 53, wave), {
    validation: none,
    settings: { trees: 12 },
  });
  expect(model.info).toMatchObject({ rounds: 12, stoppedEarly: false });
});
