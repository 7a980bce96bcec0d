import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { classMetrics } from '../../../../../engine/training/evaluation/class-metrics.ts';
import { aucVariance } from '../../../../../engine/training/evaluation/delong.ts';
import { evenWeights, metricsOf } from '../../../../../engine/training/evaluation/metric-set.ts';
import { numberMetrics } from '../../../../../engine/training/evaluation/number-metrics.ts';
import { rankRows } from '../../../../../engine/training/evaluation/rank-figures.ts';

/** Made by test/fixtures/evaluation/make.py with scikit-learn. */
const fixture = JSON.parse(
  readFileSync(new URL('../../../../fixtures/evaluation/metrics.json', import.meta.url), 'utf8'),
);

type Case = {
  classes?: number;
  truth: number[];
  labels: number[];
  values: number[];
  probabilities: number[];
  weights: number[] | null;
  metrics: Record<string, number>;
  aucVariance: number;
  variancePower: number;
};

function expectGolden(found: Record<string, number>, golden: Record<string, number>): void {
  for (const [name, value] of Object.entries(golden)) {
    expect(Math.abs((found[name] ?? Number.NaN) - value), name).toBeLessThan(
      1e-9 * Math.max(1, Math.abs(value)),
    );
  }
}

function classified({ classes = 2, truth, labels, probabilities }: Case) {
  return {
    classes: Array.from({ length: classes }, (_, c) => String(c)),
    positive: classes === 2 ? '1' : null,
    truth: Int32Array.from(truth),
    labels: Int32Array.from(labels),
    probabilities: Float32Array.from(probabilities),
  };
}

const weightsOf = ({ weights, truth }: Case) =>
  weights === null ? evenWeights(truth.length) : Float64Array.from(weights);

describe('metrics equal those of scikit-learn', () => {
  test.each([...fixture.binary, ...fixture.multiclass] as Case[])('of classes, case %#', (one) => {
    expectGolden(metricsOf(classMetrics(classified(one)), weightsOf(one)), one.metrics);
  });

  test.each(fixture.regression as Case[])('of numbers, case %#', (one) => {
    const answers = {
      truth: Float64Array.from(one.truth),
      values: Float32Array.from(one.values),
      quantile: 0.8,
      variancePower: one.variancePower,
    };
    expectGolden(metricsOf(numberMetrics(answers), weightsOf(one)), one.metrics);
  });

  test.each(fixture.binary as Case[])('and the variance of the AUC its definition, case %#', (one) => {
    const { probabilities, truth } = one;
    const scores = Float64Array.from(truth, (_, i) => probabilities[2 * i + 1] ?? 0);
    const ranked = rankRows(scores, (row) => truth[row] === 1);
    expect(aucVariance(ranked)).toBeCloseTo(one.aucVariance, 12);
  });
});

test('a row of weight 2 counts as the same row twice', () => {
  const [one] = fixture.binary as Case[];
  if (one === undefined) throw new Error('the fixture holds a case');
  const twice = (values: number[], width = 1) => values.concat(values.slice(0, 30 * width));
  const doubled = {
    ...one,
    truth: twice(one.truth),
    labels: twice(one.labels),
    probabilities: twice(one.probabilities, 2),
  };
  const weights = Float64Array.from(one.truth, (_, i) => (i < 30 ? 2 : 1));
  const found = metricsOf(classMetrics(classified(one)), weights);
  expectGolden(found, metricsOf(classMetrics(classified(doubled)), evenWeights(doubled.truth.length)));
});

test('a truth that is no class of the model counts as wrong', () => {
  const answers = { ...classified(fixture.multiclass[0]) };
  const unknown = metricsOf(
    classMetrics({ ...answers, truth: answers.truth.map(() => -1) }),
    evenWeights(100),
  );
  expect(unknown).toMatchObject({ accuracy: 0, top_2_accuracy: 0 });
});

test('metrics that make no sense on these numbers are left out', () => {
  const of = (truth: number[], values: number[]) =>
    metricsOf(
      numberMetrics({
        truth: Float64Array.from(truth),
        values: Float32Array.from(values),
        quantile: null,
        variancePower: null,
      }),
      evenWeights(truth.length),
    );
  expect(Object.keys(of([-1, 0, 2], [0, 1, 1]))).toEqual([
    'rmse',
    'mae',
    'median_ae',
    'r2',
    'explained_variance',
  ]);
  expect(Object.keys(of([1.5, 2, 2], [0, 1, 1]))).toContain('mape');
  const fitted = {
    truth: Float64Array.of(0, 1),
    values: Float32Array.of(0, 1),
    quantile: null,
    variancePower: 1,
  };
  // A predicted rate of 0 has no deviance.
  expect(metricsOf(numberMetrics(fitted), evenWeights(2))).not.toHaveProperty('poisson_deviance');
});
