import { expect, test } from 'vitest';
import { summariseFolds } from '../../../../../engine/training/validation/summarise-folds.ts';

const rows = { training: 72, stopping: 8, held: 20 };

test('standard error and interval are those of the corrected resampled t-test', () => {
  const folds = [0.81, 0.84, 0.79, 0.86, 0.8].map((auc) => ({ rows, metrics: { auc } }));
  // scipy.stats.t(df=4).interval(.95, loc=mean, scale=sd·sqrt(1/5 + 20/80)), scipy 1.x.
  const { auc } = summariseFolds(folds);
  expect(auc?.mean).toBeCloseTo(0.82, 12);
  expect(auc?.sd).toBeCloseTo(0.029154759474226504, 12);
  expect(auc?.se).toBeCloseTo(0.0195576072156079, 12);
  expect(auc?.low).toBeCloseTo(0.7656995, 6);
  expect(auc?.high).toBeCloseTo(0.8743005, 6);
});

test('a metric that one fold lacks is left out, and a single fold has no error', () => {
  const some = summariseFolds([
    { rows, metrics: { auc: 0.8, accuracy: 0.7 } },
    { rows, metrics: { accuracy: 0.9 } },
  ]);
  expect(Object.keys(some)).toEqual(['accuracy']);
  expect(summariseFolds([{ rows, metrics: { rmse: 2 } }]).rmse).toEqual({
    mean: 2,
    sd: null,
    se: null,
    low: null,
    high: null,
  });
});
