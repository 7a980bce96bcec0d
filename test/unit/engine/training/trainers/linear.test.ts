import { expect, test } from 'vitest';
import { linearTrainer } from '../../../../../engine/training/trainers/linear/linear.ts';
import { fitTrainer, maxDifference, parkMiller, runModel, type Sample } from '../../../../kit/training.ts';

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

test('separable classes without a penalty end with finite answers', async () => {
  const separable = sample((i) => (feature(i, 0) > 0 ? 1 : 0));
  const model = await fitTrainer(linearTrainer, separable, {
    classes: 2,
    settings: { l2: 0, maxIterations: 500 },
  });
  expect(model.predict(x, 200).every(Number.isFinite)).toBe(true);
});

test('reports the loss on both parts at each iteration, and it falls', async () => {
  const reports: Record<string, number>[] = [];
  await fitTrainer(linearTrainer, binary, { classes: 2, onProgress: ({ metrics }) => reports.push(metrics) });
  expect(reports.length).toBeGreaterThan(2);
  for (const metric of ['train_log_loss', 'validation_log_loss']) {
    expect(reports.at(-1)?.[metric]).toBeLessThan(reports[0]?.[metric] ?? 0);
  }
});
