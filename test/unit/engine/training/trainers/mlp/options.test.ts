import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MatrixColumn } from '../../../../../../engine/training/preprocessing/fitted.ts';
import { mlpTrainer } from '../../../../../../engine/training/trainers/mlp/mlp.ts';
import type { FittedModel } from '../../../../../../engine/training/trainers/trainer.ts';
import {
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
const quick = { epochs: 40, learningRate: 0.01, hidden: [16, 16], patience: 40, batchSize: 64 };
const number = (name: string): MatrixColumn => ({ name, feature: name, kind: 'number', codes: 0 });
const code = (name: string, codes: number): MatrixColumn => ({ name, feature: name, kind: 'code', codes });

/** Rows whose second column holds codes below `codes`, with one in ten missing; the target depends on the code alone, at random. */
function codedSample(n: number, codes: number, seed: number): Sample {
  const effects = parkMiller(codes, 77).map((u) => 10 * u);
  const sample = sampleOf(n, 2, seed, () => 0);
  for (let i = 0; i < n; i++) {
    const value = Math.floor(get(sample.x, 2 * i + 1) * codes * 1.1);
    sample.x[2 * i + 1] = value < codes ? value : Number.NaN;
    sample.y[i] = value < codes ? get(effects, value) : 20;
  }
  return sample;
}

const settings = fc.record({
  activation: fc.constantFrom('relu', 'gelu', 'silu', 'tanh'),
  batchNorm: fc.boolean(),
  dropout: fc.constantFrom(0, 0.3),
  residual: fc.boolean(),
  loss: fc.constantFrom('squared', 'absolute', 'huber', 'poisson'),
  labelSmoothing: fc.constantFrom(0, 0.1),
  optimizer: fc.constantFrom('adam', 'adamw'),
  schedule: fc.constantFrom('constant', 'cosine', 'oneCycle'),
  weightDecay: fc.constantFrom(0, 0.01),
  clipNorm: fc.constantFrom(0, 1),
  hidden: fc.constantFrom([8], [6, 6], [6, 6, 4]),
});

test('whatever the settings, the file answers as the plain network does, and a second fit gives the same file', async () => {
  const columns = fc.constantFrom(
    [number('a'), code('b', 7)],
    [number('a'), number('b')],
    [code('a', 1), code('b', 7)],
  );
  const weighted = fc.boolean();
  const tasks = fc.constantFrom(undefined, 2, 3);
  const property = fc.asyncProperty(
    settings,
    columns,
    tasks,
    weighted,
    async (chosen, columns, classes, weighted) => {
      const sample = codedSample(150, 7, 5);
      if (columns[0]?.kind === 'code') for (let i = 0; i < 150; i++) sample.x[2 * i] = 0;
      if (columns[1]?.kind === 'number')
        sample.x.forEach((x, i) => {
          sample.x[i] = Number.isNaN(x) ? 9 : x;
        });
      if (classes !== undefined)
        sample.y.forEach((y, i) => {
          sample.y[i] = Math.floor(y) % classes;
        });
      if (weighted) sample.weights = Float64Array.from({ length: 150 }, (_, i) => 0.5 + (i % 3) / 2);
      const options = {
        settings: { ...quick, ...chosen, epochs: 2 },
        columns,
        ...(classes === undefined ? {} : { classes }),
      };
      const model = await fitTrainer(mlpTrainer, sample, options);
      const answers = model.predict(sample.x, sample.n);
      expect(answers.every(Number.isFinite)).toBe(true);
      expect(maxDifference(answers, await runModel(model, sample.x, sample.n))).toBeLessThan(1e-5);
      const again = await fitTrainer(mlpTrainer, sample, options);
      expect(Buffer.compare(modelFile(model, 2), modelFile(again, 2))).toBe(0);
    },
  );
  await fc.assert(property, { numRuns: 25, seed: 4 });
}, 60_000);

test('fits that share the machine give the same bytes as alone', async () => {
  const sample = codedSample(2000, 7, 15);
  const train = () =>
    fitTrainer(mlpTrainer, sample, {
      columns: [number('a'), code('b', 7)],
      settings: { ...quick, epochs: 5, dropout: 0.2, batchNorm: true },
    });
  const alone = modelFile(await train(), 2);
  for (const model of await Promise.all([train(), train(), train()]))
    expect(modelFile(model, 2)).toEqual(alone);
});

test('embeddings learn what each of many categories means, missing ones too', async () => {
  const held = codedSample(500, 60, 22);
  const columns = [number('a'), code('b', 60)];
  const model = await fitTrainer(mlpTrainer, codedSample(3000, 60, 21), {
    columns,
    settings: { ...quick, categories: 'embedding' },
  });
  expect(rmse(model.predict(held.x, held.n), held.y)).toBeLessThan(0.6);
});

test('codes that training never saw share one neutral answer', async () => {
  const sample = codedSample(600, 7, 31);
  const model = await fitTrainer(mlpTrainer, sample, {
    columns: [number('a'), code('b', 9)],
    settings: quick,
  });
  const [first, second] = model.predict(Float32Array.of(0.5, 7, 0.5, 8), 2);
  expect(first).toBe(second);
});

test('numbers by embedding follow the rule of the size, or the setting', async () => {
  const parameters = async (embeddingSize: number) => {
    const model = await fitTrainer(mlpTrainer, codedSample(100, 20, 41), {
      columns: [number('a'), code('b', 20)],
      settings: { hidden: [4], epochs: 1, embeddingSize },
    });
    return model.info.parameters;
  };
  // 21 rows of a table, then (1 + size) · 4 + 4 and 4 + 1 for the layers; the fourth root of 20 is 2.1.
  expect(await parameters(0)).toBe(21 * 3 + 4 * 4 + 4 + 5);
  expect(await parameters(6)).toBe(21 * 6 + 7 * 4 + 4 + 5);
});

test('batch normalisation in the finished network does what it did in training', async () => {
  const sample = sampleOf(2000, 4, 51, (row) => (get(row, 0) + get(row, 1) > 1 ? 1 : 0));
  sample.x.forEach((value, i) => {
    sample.x[i] = i % 4 === 0 ? 50 * value + 300 : value;
  });
  for (let i = 0; i < sample.n; i++) sample.y[i] = get(sample.x, 4 * i) > 325 ? 1 : 0;
  let [trained, finished] = [0, 0];
  await fitTrainer(mlpTrainer, sample, {
    classes: 2,
    settings: { ...quick, epochs: 30, batchNorm: true, schedule: 'cosine' },
    onProgress: ({ metrics }) => {
      trained = metrics.train_log_loss ?? trained;
      finished = metrics.validation_log_loss ?? finished;
    },
  });
  expect(trained).toBeLessThan(0.1);
  expect(finished).toBeLessThan(0.1);
});

test('dropout keeps a network from learning noise by heart', async () => {
  const noisy = (row: Float32Array, u: Float64Array) => (get(u, 0) < 0.8 === get(row, 0) > 0.5 ? 1 : 0);
  const trainLoss = async (dropout: number) => {
    let loss = 0;
    await fitTrainer(mlpTrainer, sampleOf(300, 6, 61, noisy), {
      classes: 2,
      settings: { ...quick, hidden: [64, 64], epochs: 80, patience: 100, weightDecay: 0, dropout },
      onProgress: ({ metrics }) => {
        if (metrics.validation_log_loss !== undefined) loss = metrics.validation_log_loss;
      },
    });
    return loss;
  };
  expect(await trainLoss(0.5)).toBeGreaterThan(1.5 * (await trainLoss(0)));
});

test('skips let a deep network learn what it cannot without them', async () => {
  const sample = sampleOf(400, 16, 71, (row) => 3 * get(row, 0) - get(row, 5));
  const hidden = new Array<number>(8).fill(16);
  const error = async (residual: boolean) => {
    const settings = { ...quick, hidden, activation: 'tanh', epochs: 15, learningRate: 0.003, residual };
    const model = await fitTrainer(mlpTrainer, sample, { settings });
    return rmse(model.predict(sample.x, sample.n), sample.y);
  };
  expect(await error(true)).toBeLessThan(0.7 * (await error(false)));
});

test('rows count by their weight, in the fit and in the validation metric', async () => {
  const sample = sampleOf(800, 2, 81, (_row, u) => (get(u, 0) < 0.5 ? 1 : 0));
  sample.weights = Float64Array.from(sample.y, (label) => (label === 1 ? 1.8 : 0.2));
  let reported = 0;
  const model = await fitTrainer(mlpTrainer, sample, {
    classes: 2,
    settings: { ...quick, epochs: 1 },
    onProgress: ({ metrics }) => {
      reported = metrics.validation_log_loss ?? reported;
    },
  });
  const answers = model.predict(sample.x, sample.n);
  expect(meanPositive(answers)).toBeCloseTo(0.9, 1);
  let [sum, total] = [0, 0];
  sample.y.forEach((label, i) => {
    const weight = get(sample.weights ?? [], i);
    sum -= weight * Math.log(get(answers, 2 * i + label));
    total += weight;
  });
  expect(reported).toBeCloseTo(sum / total, 4);
});

test('label smoothing keeps answers away from certainty', async () => {
  const sample = sampleOf(600, 2, 91, (row) => (get(row, 0) > 0.5 ? 1 : 0));
  const certainty = async (labelSmoothing: number, classes: number) => {
    const model = await fitTrainer(mlpTrainer, sample, { classes, settings: { ...quick, labelSmoothing } });
    return Math.max(...model.predict(sample.x, sample.n));
  };
  for (const classes of [2, 3]) {
    expect(await certainty(0, classes)).toBeGreaterThan(0.99);
    expect(await certainty(0.2, classes)).toBeLessThan(0.97);
  }
});

/** 0 mostly, and now and then 100: mean 10, median 0. */
const skewed = (_row: Float32Array, u: Float64Array) => (get(u, 0) < 0.1 ? 100 : get(u, 1));

test.each([
  ['squared', 8, 13],
  ['huber', 1, 8],
  ['absolute', 0, 2],
])('the loss %s draws the answer to its own centre', async (loss, low, high) => {
  const sample = sampleOf(2000, 2, 101, skewed);
  const model = await fitTrainer(mlpTrainer, sample, {
    settings: { ...quick, epochs: 20, loss, huberDelta: 0.3 },
  });
  const answers = model.predict(sample.x, sample.n);
  const mean = answers.reduce((a, b) => a + b, 0) / sample.n;
  expect(mean).toBeGreaterThan(low);
  expect(mean).toBeLessThan(high);
});

test('the loss poisson predicts rates: positive, and right in sum', async () => {
  const sample = sampleOf(2000, 2, 111, (row, u) =>
    Math.floor(-Math.log(get(u, 0)) * Math.exp(2 * get(row, 0)) * 5),
  );
  const model = await fitTrainer(mlpTrainer, sample, { settings: { ...quick, loss: 'poisson' } });
  const answers = model.predict(sample.x, sample.n);
  const total = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);
  expect(Math.min(...answers)).toBeGreaterThan(0);
  expect(Math.abs(total(answers) / total(sample.y) - 1)).toBeLessThan(0.05);
});

test('negative numbers are refused for the loss poisson', async () => {
  const sample = sampleOf(50, 2, 121, (row) => get(row, 0) - 0.5);
  const work: Promise<FittedModel> = fitTrainer(mlpTrainer, sample, { settings: { loss: 'poisson' } });
  await expect(work).rejects.toMatchObject({ code: 'training/bad-target' });
});

function meanPositive(answers: Float32Array): number {
  let sum = 0;
  for (let i = 1; i < answers.length; i += 2) sum += get(answers, i);
  return (2 * sum) / answers.length;
}

test.each(['squared', 'absolute', 'huber', 'poisson'])(
  'steps that are far too long end in a clear error or in finite answers: %s',
  async (loss) => {
    const sample = sampleOf(300, 2, 131, (row) => Math.exp(20 * get(row, 0)));
    const settings = { ...quick, epochs: 10, learningRate: 1, weightDecay: 0, loss };
    const work = fitTrainer(mlpTrainer, sample, { settings }).then(
      (model) => model.predict(sample.x, sample.n).every(Number.isFinite),
      (error) => error.code === 'training/did-not-converge',
    );
    expect(await work).toBe(true);
  },
);

test('a target that never varies is answered as it is', async () => {
  const sample = sampleOf(100, 2, 141, () => 7);
  const [number] = (await fitTrainer(mlpTrainer, sample, { settings: quick })).predict(sample.x, 1);
  expect(number).toBeCloseTo(7, 1);
  sample.y.fill(1);
  const classes = await fitTrainer(mlpTrainer, sample, { classes: 2, settings: quick });
  expect(meanPositive(classes.predict(sample.x, sample.n))).toBeGreaterThan(0.95);
});
