import { expect, test } from 'vitest';
import { evaluateRegression as evaluateAnswers } from '../../../../../engine/training/evaluation/regression.ts';
import { parkMiller } from '../../../../kit/training.ts';

const evaluateRegression = (truth: Float64Array, values: Float32Array) =>
  evaluateAnswers({ truth, values, quantile: null, variancePower: null });

const truth = parkMiller(50, 3).map((value) => value * 10);
const noise = parkMiller(50, 5);
const predicted = Float32Array.from(truth, (value, i) => value + ((noise[i] ?? 0) - 0.5) * 3);

test('scores as in scikit-learn', () => {
  // scikit-learn 1.9.1: mean_squared_error ** 0.5, mean_absolute_error, r2_score, median_absolute_error.
  const { metrics } = evaluateRegression(truth, predicted);
  expect(metrics.rmse).toBeCloseTo(0.935860278901, 6);
  expect(metrics.mae).toBeCloseTo(0.777887713405, 6);
  expect(metrics.r2).toBeCloseTo(0.873213164473, 6);
  expect(metrics.median_ae).toBeCloseTo(0.865968673893, 6);
});

test('every residual is in the histogram', () => {
  const { residuals } = evaluateRegression(truth, predicted);
  expect(residuals.counts.reduce((a, b) => a + b, 0)).toBe(50);
  expect(residuals.edges).toHaveLength(residuals.counts.length + 1);
});

test('a truth that does not vary has no R² and equal residuals still have a histogram', () => {
  const { metrics, residuals } = evaluateRegression(Float64Array.of(2, 2, 2), Float32Array.of(1, 1, 1));
  expect(metrics).toMatchObject({ rmse: 1, mae: 1, median_ae: 1 });
  expect(metrics).not.toHaveProperty('r2');
  expect(residuals.counts.reduce((a, b) => a + b, 0)).toBe(3);
});

test('at most 1,000 pairs are kept for the picture', () => {
  const many = new Float64Array(4321).map((_, i) => i);
  const { predictedVsActual } = evaluateRegression(many, Float32Array.from(many));
  expect(predictedVsActual.actual.length).toBeLessThanOrEqual(1000);
  expect(predictedVsActual.predicted).toHaveLength(predictedVsActual.actual.length);
});

test('residuals that are normal lie on the diagonal of the normal quantiles', () => {
  const u = parkMiller(4000, 11);
  const normal = Float64Array.from(
    { length: 2000 },
    (_, i) => Math.sqrt(-2 * Math.log(u[2 * i] ?? 1)) * Math.cos(2 * Math.PI * (u[2 * i + 1] ?? 0)),
  );
  const { normalQuantiles } = evaluateRegression(normal, new Float32Array(2000));
  const { x, y } = normalQuantiles ?? { x: [], y: [] };
  expect(x).toHaveLength(200);
  for (let i = 10; i < 190; i++) expect(Math.abs((y[i] ?? 0) - (x[i] ?? 0))).toBeLessThan(0.15);
});
