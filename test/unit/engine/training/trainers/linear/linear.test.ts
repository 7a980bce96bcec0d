import { expect, test } from 'vitest';
import { linearTrainer } from '../../../../../../engine/training/trainers/linear/linear.ts';
import { fitTrainer, maxDifference, parkMiller, runModel, type Sample } from '../../../../../kit/training.ts';

// Golden values: scikit-learn 1.9.1, LogisticRegression(C=1/l2, tol=1e-10) and Ridge(alpha=l2), on these same 200 rows.
const u = parkMiller(200 * 5, 11);
const at = (row: number, column: number) => u[row * 5 + column] ?? Number.NaN;
const rows = Array.from({ length: 200 }, (_, i) => i);
const x = Float32Array.from(rows.flatMap((i) => [0, 1, 2].map((j) => (at(i, j) - 0.5) * 4)));
const feature = (row: number, column: number) => x[row * 3 + column] ?? Number.NaN;
const sample = (target: (row: number) => number): Sample => ({
  x,
  y: Float64Array.from(rows, target),
  n: 200,
  width: 3,
  weights: null,
});
const binary = sample((i) =>
  at(i, 3) < 1 / (1 + Math.exp(-(feature(i, 0) - 2 * feature(i, 1) + 0.5))) ? 1 : 0,
);
const multi = sample((i) => (at(i, 4) < 0.3 ? 0 : feature(i, 0) + feature(i, 2) > 0 ? 1 : 2));
const number = sample((i) => 3 * feature(i, 0) - 2 * feature(i, 1) + 7 + at(i, 3) * 2);
const exact = { tolerance: 1e-9, maxIterations: 1000 };

test.each([
  [1, [0.991403191593, 0.00859680840695, 0.904814349759, 0.0951856502412]],
  [10, [0.955334332035, 0.0446656679654, 0.807828713149, 0.192171286851]],
])('logistic regression with l2 %d answers as scikit-learn does', async (l2, expected) => {
  const model = await fitTrainer(linearTrainer, binary, { classes: 2, settings: { l2, ...exact } });
  expect(maxDifference(model.predict(x, 200).slice(0, 4), expected)).toBeLessThan(1e-6);
  expect(model.info.converged).toBe(true);
});

test('multinomial regression answers as scikit-learn does', async () => {
  const model = await fitTrainer(linearTrainer, multi, { classes: 3, settings: { l2: 2, ...exact } });
  const expected = [
    0.142660760076, 0.0202582688774, 0.837081070947, 0.162757664452, 0.018011133912, 0.819231201636,
    0.274152343338, 0.705735422575, 0.020112234087, 0.237531639856, 0.721614159472, 0.0408542006725,
  ];
  expect(maxDifference(model.predict(x, 200).slice(0, 12), expected)).toBeLessThan(1e-6);
});

test('ridge regression finds the coefficients of scikit-learn', async () => {
  const model = await fitTrainer(linearTrainer, number, { settings: { l2: 5, ...exact } });
  const probe = Float32Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1);
  const [intercept = 0, ...sums] = model.predict(probe, 4);
  expect(intercept).toBeCloseTo(8.05345658261, 5);
  const coefficients = sums.map((sum) => sum - intercept);
  expect(maxDifference(coefficients, [2.92834103, -1.94614336411, 0.0462752778933])).toBeLessThan(1e-5);
});

test('a column of thousands beside small ones does not keep it from the optimum', async () => {
  const shifted = x.map((value, i) => (i % 3 === 0 ? value * 1000 + 2000 : value));
  const model = await fitTrainer(linearTrainer, { ...number, x: shifted }, { settings: { l2: 5, ...exact } });
  const answers = model.predict(Float32Array.of(0, 0, 0, 1000, 1, 1), 2);
  const expected = [2.08553597943, 2.08553597943 + 2.98368269898 - 1.94455882721 + 0.045031229069];
  expect(maxDifference(answers, expected)).toBeLessThan(1e-4);
});

test.each([
  ['two classes', binary, 2],
  ['three classes', multi, 3],
  ['numbers', number, undefined],
] as const)('ONNX Runtime answers as the fit does: %s', async (_, data, classes) => {
  const model = await fitTrainer(linearTrainer, data, classes === undefined ? {} : { classes });
  expect(maxDifference(model.predict(x, 200), await runModel(model, x, 200))).toBeLessThan(1e-5);
});

test('mostly-zero matrices give the same model as dense ones', async () => {
  const width = 12;
  const wide = new Float32Array(200 * width);
  rows.forEach((i) => {
    wide.set(x.subarray(i * 3, i * 3 + 3), i * width);
    wide[i * width + 3 + (i % 9)] = 1;
  });
  // The same columns three times over are dense enough for the other path; a third of the penalty each is the same fit.
  const sparse = await fitTrainer(
    linearTrainer,
    { ...binary, x: wide, width },
    { classes: 2, settings: { l2: 1, ...exact } },
  );
  const filler = new Float32Array(200 * 40).fill(1);
  const dense = new Float32Array(200 * (width + 40));
  rows.forEach((i) => {
    dense.set(wide.subarray(i * width, (i + 1) * width), i * (width + 40));
    dense.set(filler.subarray(0, 40), i * (width + 40) + width);
  });
  const padded = await fitTrainer(
    linearTrainer,
    { ...binary, x: dense, width: width + 40 },
    { classes: 2, settings: { l2: 1, ...exact } },
  );
  expect(maxDifference(sparse.predict(wide, 200), padded.predict(dense, 200))).toBeLessThan(1e-5);
});

test('says so when it stops before the optimum', async () => {
  const model = await fitTrainer(linearTrainer, binary, {
    classes: 2,
    settings: { maxIterations: 1, tolerance: 1e-12 },
  });
  expect(model.info).toMatchObject({ converged: false, iterations: 1 });
});

test.each([
  ['two classes', (i: number) => (feature(i, 0) > 0 ? 1 : 0), 2],
  ['three classes', (i: number) => (feature(i, 0) > 0.5 ? 2 : feature(i, 0) > -0.5 ? 1 : 0), 3],
  ['some rows of two classes', (i: number) => (feature(i, 0) > 0 || at(i, 3) > 0.5 ? 1 : 0), 2],
])(
  '%s told apart perfectly without a penalty give finite answers and are named',
  async (name, target, classes) => {
    const separable = sample(target);
    if (name.startsWith('some')) {
      // A column that is only ever set in rows of the second class.
      separable.x = x.map((value, i) =>
        i % 3 === 2 ? (separable.y[(i - 2) / 3] === 1 && i % 2 === 0 ? 1 : 0) : value,
      );
    }
    const model = await fitTrainer(linearTrainer, separable, {
      classes,
      settings: { l2: 0, maxIterations: 2000 },
    });
    expect(model.predict(separable.x, 200).every(Number.isFinite)).toBe(true);
    expect(model.remarks?.join()).toMatch(/without a penalty the weights have no best value/);
    expect(model.coefficients).toMatchObject({
      errors: null,
      undefinedBecause: expect.stringContaining('separate'),
    });
  },
);

test('weights count as rows do that stand there several times', async () => {
  const times = rows.map((i) => 1 + (i % 3));
  const picked = rows.flatMap((i) => Array.from({ length: times[i] ?? 0 }, () => i));
  const repeated: Sample = {
    x: Float32Array.from(picked.flatMap((i) => [0, 1, 2].map((j) => feature(i, j)))),
    y: Float64Array.from(picked, (i) => multi.y[i] ?? 0),
    n: picked.length,
    width: 3,
    weights: null,
  };
  const weighted = { ...multi, weights: Float64Array.from(times, (count) => (count * 200) / picked.length) };
  // Penalties are summed over rows, of which there are fewer with weights.
  const [one, other] = await Promise.all([
    fitTrainer(linearTrainer, repeated, { classes: 3, settings: { l2: picked.length / 200, ...exact } }),
    fitTrainer(linearTrainer, weighted, { classes: 3, settings: { l2: 1, ...exact } }),
  ]);
  expect(maxDifference(one.predict(x, 200), other.predict(x, 200))).toBeLessThan(1e-6);
});

test('columns of a constant, and twice the same one, give finite answers without a penalty', async () => {
  const wide = Float32Array.from(rows.flatMap((i) => [feature(i, 0), 1, feature(i, 0), 0]));
  const doubled = { ...binary, x: wide, width: 4 };
  const model = await fitTrainer(linearTrainer, doubled, { classes: 2, settings: { l2: 0 } });
  const [first, constant, second, zero] = model.coefficients?.values ?? [];
  expect(first).toBeCloseTo(second ?? Number.NaN, 9);
  expect(Math.abs(constant ?? Number.NaN) + Math.abs(zero ?? Number.NaN)).toBeLessThan(1e-9);
  expect([...(model.coefficients?.errors?.model ?? [])].every(Number.isNaN)).toBe(true);
});

test.each([
  ['poisson', (i: number) => Math.floor(at(i, 3) * 5)],
  ['gamma', (i: number) => at(i, 3) + 0.1],
  ['tweedie', (i: number) => Math.max(0, at(i, 3) - 0.3)],
  ['quantile', (i: number) => feature(i, 1) + at(i, 3)],
  ['huber', (i: number) => feature(i, 1) + at(i, 3)],
] as const)('ONNX Runtime answers as the fit does: loss %s', async (loss, target) => {
  const model = await fitTrainer(linearTrainer, sample(target), { settings: { loss } });
  expect(maxDifference(model.predict(x, 200), await runModel(model, x, 200))).toBeLessThan(1e-5);
});

test('a median of targets that lie on a plane is that plane', async () => {
  const plane = sample((i) => 3 * feature(i, 0) - feature(i, 1) + 2);
  const model = await fitTrainer(linearTrainer, plane, { settings: { loss: 'absolute', l2: 0 } });
  expect(model.info.converged).toBe(true);
  expect(maxDifference(model.predict(x, 200), plane.y)).toBeLessThan(1e-4);
});

test('a target below zero is no count', async () => {
  const negative = sample((i) => feature(i, 0));
  await expect(fitTrainer(linearTrainer, negative, { settings: { loss: 'poisson' } })).rejects.toMatchObject({
    code: 'training/bad-target',
  });
});

test('an l1 that is large enough leaves nothing but the intercept', async () => {
  const model = await fitTrainer(linearTrainer, number, { settings: { l1: 1e6, l2: 0 } });
  expect(model.info.weightsNotZero).toBe(0);
  expect(model.predict(x, 1)[0]).toBeCloseTo(number.y.reduce((sum, value) => sum + value, 0) / 200, 4);
});

test('a penalty leaves the standard errors undefined, and says so', async () => {
  const { coefficients } = await fitTrainer(linearTrainer, number, { settings: { l2: 1 } });
  expect(coefficients).toMatchObject({ errors: null, undefinedBecause: expect.stringContaining('penalty') });
});

test('fits on more columns than pairs are held of find the same lasso as on few', async () => {
  const width = 1600;
  const wide = new Float32Array(200 * width);
  rows.forEach((i) => {
    wide.set(x.subarray(i * 3, i * 3 + 3), i * width);
  });
  const settings = { l1: 4, l2: 0.5, tolerance: 1e-7, maxIterations: 5000 };
  const few = await fitTrainer(linearTrainer, binary, { classes: 2, settings });
  const many = await fitTrainer(linearTrainer, { ...binary, x: wide, width }, { classes: 2, settings });
  expect(many.info).toMatchObject({ solver: 'proximal gradient', converged: true });
  expect(maxDifference(few.predict(x, 200), many.predict(wide, 200))).toBeLessThan(1e-5);
});

test('the same rows give the same model to the bit', async () => {
  const settings = { loss: 'quantile', quantile: 0.8, l1: 1 };
  const [one, other] = await Promise.all([1, 2].map(() => fitTrainer(linearTrainer, number, { settings })));
  expect(one?.coefficients?.values).toEqual(other?.coefficients?.values);
});

test('reports the loss on both parts at each iteration, and it falls', async () => {
  const reports: Record<string, number>[] = [];
  await fitTrainer(linearTrainer, binary, { classes: 2, onProgress: ({ metrics }) => reports.push(metrics) });
  expect(reports.length).toBeGreaterThan(2);
  for (const metric of ['train_log_loss', 'validation_log_loss']) {
    expect(reports.at(-1)?.[metric]).toBeLessThan(reports[0]?.[metric] ?? 0);
  }
});
