import { describe, expect, test } from 'vitest';
import { pairedBootstrap } from '../../../../../engine/models/gates/paired-bootstrap.ts';
import { type ScoredRows, weightedMetric } from '../../../../../engine/models/gates/row-metrics.ts';
import { evaluateClassification } from '../../../../../engine/training/evaluation/classification.ts';
import { evaluateRegression } from '../../../../../engine/training/evaluation/regression.ts';
import { RowMetric } from '../../../../../local-api/contract/index.ts';
import { parkMiller } from '../../../../kit/training.ts';

const N = 400;
const signal = new AbortController().signal;

/** Labels follow the probabilities, truths follow them with some noise. */
function classified(classes: readonly string[], positive: string | null, seed = 7, skill = 1) {
  const k = classes.length;
  const u = parkMiller(N * (k + 2), seed);
  const truth = Int32Array.from({ length: N }, (_, i) => Math.floor((u[i] as number) * k));
  const probabilities = new Float32Array(N * k);
  for (let i = 0; i < N; i++) {
    const weights = classes.map((_, c) => (u[N + i * k + c] as number) + (truth[i] === c ? skill : 0));
    const sum = weights.reduce((a, b) => a + b, 0);
    weights.forEach((weight, c) => {
      probabilities[i * k + c] = Math.round((20 * weight) / sum) / 20;
    });
  }
  const labels = Int32Array.from({ length: N }, (_, i) => {
    const own = Array.from(probabilities.subarray(i * k, (i + 1) * k));
    return own.indexOf(Math.max(...own));
  });
  return { task: 'classification' as const, classes, positive, truth, labels, probabilities };
}

const ones = new Uint8Array(N).fill(1);
const measure = (metric: RowMetric, rows: ScoredRows, weights = ones) =>
  weightedMetric(metric, rows)?.(weights);

describe('weightedMetric', () => {
  test.each([
    ['two classes', classified(['no', 'yes'], 'yes')],
    ['two classes of equal rank', classified(['no', 'yes'], null)],
    ['three classes', classified(['a', 'b', 'c'], null)],
  ])('agrees with the evaluation of a training on %s', (_name, rows) => {
    const { metrics } = evaluateClassification(rows);
    for (const metric of ['accuracy', 'log_loss', 'brier', 'auc', 'f1', 'precision', 'recall'] as const)
      expect(measure(metric, rows), metric).toBeCloseTo(metrics[metric] ?? Number.NaN, 9);
  });

  test('agrees with the evaluation of a training on numbers', () => {
    const u = parkMiller(2 * N, 3);
    const truth = Float64Array.from(u.subarray(0, N));
    const values = Float32Array.from(u.subarray(N), (noise, i) => (truth[i] as number) + 0.3 * noise);
    const { metrics } = evaluateRegression({
      truth: truth,
      values: values,
      quantile: null,
      variancePower: null,
    });
    for (const metric of ['rmse', 'mae', 'r2'] as const)
      expect(measure(metric, { task: 'regression', truth, values }), metric).toBeCloseTo(
        metrics[metric] ?? Number.NaN,
        9,
      );
  });

  test('a weight counts a row as often as if it stood there so often', () => {
    const rows = classified(['no', 'yes'], 'yes');
    const weights = Uint8Array.from(ones, (_, i) => i % 3);
    const drawn = Array.from(weights).flatMap((count, i) => Array.from({ length: count }, () => i));
    const repeated = {
      ...rows,
      truth: Int32Array.from(drawn, (i) => rows.truth[i] as number),
      labels: Int32Array.from(drawn, (i) => rows.labels[i] as number),
      probabilities: Float32Array.from(
        drawn.flatMap((i) => Array.from(rows.probabilities.subarray(2 * i, 2 * i + 2))),
      ),
    };
    const { metrics } = evaluateClassification(repeated);
    for (const metric of ['accuracy', 'log_loss', 'brier', 'auc', 'f1'] as const)
      expect(measure(metric, rows, weights), metric).toBeCloseTo(metrics[metric] ?? Number.NaN, 9);
  });

  test('there is none of the other task', () => {
    const rows = classified(['no', 'yes'], 'yes');
    const metrics = RowMetric.options.filter((metric) => weightedMetric(metric, rows) === null);
    expect(metrics).toEqual(['rmse', 'mae', 'r2']);
  });
});

describe('pairedBootstrap', () => {
  const metricOf = (metric: RowMetric, rows: ScoredRows) => {
    const found = weightedMetric(metric, rows);
    if (found === null) throw new Error('no such metric');
    return found;
  };

  test('finds no difference between a model and itself', () => {
    const accuracy = metricOf('accuracy', classified(['no', 'yes'], 'yes'));
    expect(pairedBootstrap(accuracy, accuracy, N, 0.95, signal)).toMatchObject({
      difference: 0,
      low: 0,
      high: 0,
    });
  });

  test('shows that a better model is better', () => {
    const [bad, good] = [0.1, 2].map((skill) => classified(['no', 'yes'], 'yes', 7, skill));
    if (bad === undefined || good === undefined) throw new Error('two models');
    const found = pairedBootstrap(metricOf('auc', bad), metricOf('auc', good), N, 0.95, signal);
    expect(found?.low).toBeGreaterThan(0.2);
    expect(found?.difference).toBeGreaterThan(found?.low ?? 1);
    expect(found?.difference).toBeLessThan(found?.high ?? 0);
  });

  test('has the width that the normal approximation of a paired share gives', () => {
    const rows = classified(['no', 'yes'], 'yes', 7, 0.4);
    const other = { ...rows, labels: rows.labels.map((label, i) => (i % 10 === 0 ? 1 - label : label)) };
    const found = pairedBootstrap(metricOf('accuracy', rows), metricOf('accuracy', other), N, 0.95, signal);
    const hits = (labels: Int32Array, i: number) => (labels[i] === rows.truth[i] ? 1 : 0);
    const differences = Array.from(rows.truth, (_, i) => hits(other.labels, i) - hits(rows.labels, i));
    const mean = differences.reduce((a, b) => a + b, 0) / N;
    const variance = differences.reduce((sum, d) => sum + (d - mean) ** 2, 0) / N;
    const width = 2 * 1.959964 * Math.sqrt(variance / N);
    expect(found?.difference).toBeCloseTo(mean, 12);
    expect((found?.high ?? 0) - (found?.low ?? 0)).toBeGreaterThan(0.9 * width);
    expect((found?.high ?? 0) - (found?.low ?? 0)).toBeLessThan(1.1 * width);
  });

  test('gives the same interval again', () => {
    const [a, b] = [1, 2].map((seed) => metricOf('log_loss', classified(['no', 'yes'], 'yes', seed)));
    if (a === undefined || b === undefined) throw new Error('two models');
    expect(pairedBootstrap(a, b, N, 0.9, signal)).toEqual(pairedBootstrap(a, b, N, 0.9, signal));
  });
});
