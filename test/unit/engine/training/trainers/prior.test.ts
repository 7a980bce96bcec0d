import { expect, test } from 'vitest';
import { priorTrainer } from '../../../../../engine/training/trainers/prior.ts';
import { fitTrainer, runModel } from '../../../../kit/training.ts';

const x = Float32Array.of(1, Number.NaN, 3, 4);

test('answers every row with the class shares of training, in the graph too', async () => {
  const model = await fitTrainer(
    priorTrainer,
    { x, y: Float64Array.of(0, 1, 1, 2), n: 4, width: 1, weights: null },
    { classes: 3 },
  );
  expect([...(await runModel(model, x, 4))]).toEqual([...model.predict(x, 4)]);
  expect([...model.predict(x, 1)]).toEqual([0.25, 0.5, 0.25]);
});

test('answers every row with the mean for numbers', async () => {
  const model = await fitTrainer(priorTrainer, {
    x,
    y: Float64Array.of(1, 2, 3, 6),
    n: 4,
    width: 1,
    weights: null,
  });
  expect([...(await runModel(model, x, 4))]).toEqual([3, 3, 3, 3]);
});
