import { expect, test } from 'vitest';
import { mlpTrainer } from '../../../../../../engine/training/trainers/mlp/mlp.ts';
import {
  fitTrainer,
  maxDifference,
  modelFile,
  rmse,
  runModel,
  sampleOf,
} from '../../../../../kit/training.ts';

const get = (row: Float32Array, i: number) => row[i] ?? Number.NaN;
const xor = (row: Float32Array) => (get(row, 0) > 0.5 !== get(row, 1) > 0.5 ? 1 : 0);
const curve = (row: Float32Array) => 100 + 20 * Math.sin(3 * get(row, 0)) * get(row, 1);
const three = (row: Float32Array) => (get(row, 0) < 0.3 ? 0 : get(row, 1) < 0.5 ? 1 : 2);
const quick = { epochs: 60, learningRate: 0.01, hidden: [16, 8], patience: 20, batchSize: 64 };

test('learns the exclusive or of two features', async () => {
  const held = sampleOf(400, 2, 6, xor);
  const model = await fitTrainer(mlpTrainer, sampleOf(1500, 2, 5, xor), { classes: 2, settings: quick });
  const answers = model.predict(held.x, held.n);
  const right = held.y.filter((truth, i) => (get(answers, 2 * i + 1) > 0.5 ? 1 : 0) === truth).length;
  expect(right / held.n).toBeGreaterThan(0.95);
});

test('fits a smooth function of large values, in their own units', async () => {
  const held = sampleOf(300, 2, 16, curve);
  const model = await fitTrainer(mlpTrainer, sampleOf(1500, 2, 15, curve), { settings: quick });
  expect(rmse(model.predict(held.x, held.n), held.y)).toBeLessThan(1);
});

test.each([
  ['two classes', xor, 2],
  ['three classes', three, 3],
  ['numbers', curve, undefined],
] as const)('ONNX Runtime answers as the plain forward pass does: %s', async (_, f, k) => {
  const sample = sampleOf(300, 3, 25, f);
  const model = await fitTrainer(mlpTrainer, sample, {
    ...(k === undefined ? {} : { classes: k }),
    settings: { ...quick, epochs: 5 },
  });
  expect(maxDifference(model.predict(sample.x, 300), await runModel(model, sample.x, 300))).toBeLessThan(
    1e-5,
  );
});

test('the same seed gives the same bytes, another seed others', async () => {
  const sample = sampleOf(400, 3, 35, three);
  const bytes = async (seed: number) =>
    modelFile(
      await fitTrainer(mlpTrainer, sample, { classes: 3, seed, settings: { ...quick, epochs: 3 } }),
      3,
    );
  expect(await bytes(1)).toEqual(await bytes(1));
  expect(await bytes(1)).not.toEqual(await bytes(2));
});

test('stops after its patience and keeps the best epoch', async () => {
  const noise = (_row: Float32Array, u: Float64Array) => ((u[0] ?? 0) < 0.5 ? 1 : 0);
  const losses: number[] = [];
  const model = await fitTrainer(mlpTrainer, sampleOf(500, 8, 45, noise), {
    classes: 2,
    validation: sampleOf(300, 8, 46, noise),
    settings: { ...quick, patience: 3 },
    onProgress: ({ metrics }) => {
      if (metrics.validation_log_loss !== undefined) losses.push(metrics.validation_log_loss);
    },
  });
  expect(model.info.epochsRun).toBe(losses.length);
  expect(model.info.epochs).toBe(losses.indexOf(Math.min(...losses)) + 1);
  expect(losses.length - Number(model.info.epochs)).toBe(3);
});

test('takes fewer rows than a batch', async () => {
  const sample = sampleOf(12, 2, 55, xor);
  const model = await fitTrainer(mlpTrainer, sample, { classes: 2, settings: { epochs: 2 } });
  expect(model.predict(sample.x, 12).every(Number.isFinite)).toBe(true);
});

test('weight decay draws the weights towards zero', async () => {
  const sample = sampleOf(400, 3, 65, curve);
  const swing = async (weightDecay: number) => {
    const model = await fitTrainer(mlpTrainer, sample, { settings: { ...quick, epochs: 30, weightDecay } });
    const answers = model.predict(sample.x, 400);
    return Math.max(...answers) - Math.min(...answers);
  };
  expect(await swing(5)).toBeLessThan((await swing(0)) / 2);
});

test('inputs that overflow end with training/did-not-converge', async () => {
  const sample = sampleOf(400, 3, 75, curve);
  sample.x.forEach((value, i) => {
    sample.x[i] = value * 1e38;
  });
  const work = fitTrainer(mlpTrainer, sample, { settings: quick });
  await expect(work).rejects.toMatchObject({ code: 'training/did-not-converge' });
});

test('a cancelled fit stops with jobs/cancelled', async () => {
  const controller = new AbortController();
  const work = fitTrainer(mlpTrainer, sampleOf(3000, 10, 85, xor), {
    classes: 2,
    signal: controller.signal,
    settings: { epochs: 1000, patience: 1000 },
    onProgress: ({ step }) => step > 2 && controller.abort(),
  });
  await expect(work).rejects.toMatchObject({ code: 'jobs/cancelled' });
});

test('a wish for a graphics processor that is not there is answered by the CPU, with the reason', async () => {
  const sample = sampleOf(100, 2, 95, xor);
  const train = (device: string) =>
    fitTrainer(mlpTrainer, sample, { classes: 2, settings: { epochs: 2, device } });
  const [wished, plain] = [await train('gpu'), await train('cpu')];
  expect(plain.info.device).toBeUndefined();
  if (wished.info.device === 'cpu') {
    expect(wished.info.deviceReason).toMatch(/./);
    expect(modelFile(wished, 2)).toEqual(modelFile(plain, 2));
  } else {
    expect(maxDifference(wished.predict(sample.x, 100), plain.predict(sample.x, 100))).toBeLessThan(0.01);
  }
});

test.each([
  ['without patience', { patience: 0 }, {}],
  ['without rows to validate on', {}, { validation: { ...sampleOf(0, 2, 1, xor), n: 0 } }],
])('runs every epoch and keeps the last %s', async (_, settings, options) => {
  const sample = sampleOf(200, 2, 97, xor);
  const model = await fitTrainer(mlpTrainer, sample, {
    classes: 2,
    settings: { ...quick, epochs: 30, ...settings },
    ...options,
  });
  expect(model.info).toMatchObject({ epochs: 30, epochsRun: 30 });
});
