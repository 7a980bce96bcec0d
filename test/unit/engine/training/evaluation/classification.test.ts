import { expect, test } from 'vitest';
import { evaluateClassification } from '../../../../../engine/training/evaluation/classification.ts';
import { parkMiller } from '../../../../kit/training.ts';

// Golden values: scikit-learn 1.9.1 (roc_auc_score, log_loss, f1_score …) on these same rows.
const u = parkMiller(180, 1);
const p = Array.from(u.subarray(0, 60), (value) => Math.round(value * 10) / 10);
const truth = Int32Array.from(p, (value, i) => ((u[60 + i] ?? 1) < value * 0.6 + 0.2 ? 1 : 0));
const shown = p.map((value) => Math.fround(Math.min(0.999, Math.max(0.001, value))));
const binary = evaluateClassification({
  classes: ['no', 'yes'],
  positive: 'yes',
  truth,
  labels: Int32Array.from(shown, (value) => (value > 0.5 ? 1 : 0)),
  probabilities: Float32Array.from(shown.flatMap((value) => [1 - value, value])),
});

test('two classes score as in scikit-learn, ties included', () => {
  expect(binary.metrics.auc).toBeCloseTo(0.734430082256, 11);
  expect(binary.metrics.log_loss).toBeCloseTo(0.611648636007, 6);
  expect(binary.metrics.accuracy).toBeCloseTo(0.65, 11);
  expect(binary.metrics.f1).toBeCloseTo(0.695652173913, 11);
  expect(binary.metrics.precision).toBeCloseTo(0.75, 11);
  expect(binary.metrics.recall).toBeCloseTo(0.648648648649, 11);
  expect(binary.metrics.brier).toBeCloseTo(0.210666766014, 6);
  expect(binary.confusion).toEqual([
    [15, 8],
    [13, 24],
  ]);
});

test('the curves run from corner to corner and hold the area', () => {
  const { roc, precisionRecall } = binary;
  expect([roc?.x[0], roc?.y[0], roc?.x.at(-1), roc?.y.at(-1)]).toEqual([0, 0, 1, 1]);
  const area = (roc?.x ?? []).reduce(
    (sum, x, i, xs) =>
      i === 0 ? 0 : sum + ((x - (xs[i - 1] ?? 0)) * ((roc?.y[i] ?? 0) + (roc?.y[i - 1] ?? 0))) / 2,
    0,
  );
  expect(area).toBeCloseTo(binary.metrics.auc ?? 0, 11);
  expect([precisionRecall?.x[0], precisionRecall?.y[0], precisionRecall?.x.at(-1)]).toEqual([0, 1, 1]);
  expect(precisionRecall?.y.at(-1)).toBeCloseTo(37 / 59, 11);
});

test('calibration counts every row once and its error is the weighted distance', () => {
  const calibration = binary.calibration ?? { predicted: [], observed: [], counts: [] };
  expect(calibration.counts.reduce((a, b) => a + b, 0)).toBe(60);
  const error = calibration.counts.reduce(
    (sum, count, i) =>
      sum + (count / 60) * Math.abs((calibration.predicted[i] ?? 0) - (calibration.observed[i] ?? 0)),
    0,
  );
  expect(binary.metrics.ece).toBeCloseTo(error, 11);
});

test('perfect probabilities have no calibration error, fixed wrong ones have all of it', () => {
  const answers = { classes: ['a', 'b'], positive: 'b', truth: Int32Array.of(0, 1, 1, 0) };
  const right = evaluateClassification({
    ...answers,
    labels: answers.truth,
    probabilities: Float32Array.of(1, 0, 0, 1, 0, 1, 1, 0),
  });
  expect(right.metrics).toMatchObject({ auc: 1, accuracy: 1, f1: 1, brier: 0, ece: 0 });
  const wrong = evaluateClassification({
    ...answers,
    labels: Int32Array.of(1, 0, 0, 1),
    probabilities: Float32Array.of(0, 1, 1, 0, 1, 0, 0, 1),
  });
  expect(wrong.metrics).toMatchObject({ auc: 0, accuracy: 0, f1: 0, brier: 1, ece: 1 });
  expect(Number.isFinite(wrong.metrics.log_loss)).toBe(true);
});

test('three classes score as in scikit-learn: one against the rest, means over classes', () => {
  const v = parkMiller(160, 7);
  const rows = Array.from({ length: 40 }, (_, i) => Array.from(v.subarray(i * 4, i * 4 + 4)));
  const weights = rows.map((row) => row.slice(0, 3).map((value) => value ** 2 + 0.05));
  const shares = weights.map((row) => row.map((value) => value / row.reduce((a, b) => a + b, 0)));
  const labels = Int32Array.from(shares, (row) => row.indexOf(Math.max(...row)));
  const truths = Int32Array.from(rows, ([a = 0, , , d = 0], i) => {
    if (d < 0.5) return labels[i] ?? 0;
    const score = d * 0.6 + a * 0.4;
    return score < 0.35 ? 0 : score < 0.7 ? 1 : 2;
  });
  const { metrics, confusion } = evaluateClassification({
    classes: ['a', 'b', 'c'],
    positive: null,
    truth: truths,
    labels,
    probabilities: Float32Array.from(shares.flat()),
  });
  expect(metrics.auc).toBeCloseTo(0.831264095382, 11);
  expect(metrics.log_loss).toBeCloseTo(0.835450573313, 6);
  expect(metrics.accuracy).toBeCloseTo(0.675, 11);
  expect(metrics.f1).toBeCloseTo(0.652125652126, 11);
  expect(metrics.precision).toBeCloseTo(0.694444444444, 11);
  expect(metrics.recall).toBeCloseTo(0.70873015873, 11);
  expect(metrics.brier).toBeCloseTo(0.477126556673, 6);
  expect(confusion).toEqual([
    [5, 0, 1],
    [5, 13, 2],
    [5, 0, 9],
  ]);
});

test('a test part without a positive row has no AUC and no curve, and still the rest', () => {
  const { metrics, roc } = evaluateClassification({
    classes: ['a', 'b'],
    positive: 'b',
    truth: Int32Array.of(0, 0),
    labels: Int32Array.of(0, 0),
    probabilities: Float32Array.of(0.9, 0.1, 0.8, 0.2),
  });
  expect(metrics).not.toHaveProperty('auc');
  expect(roc).toBeNull();
  expect(metrics.accuracy).toBe(1);
});

test('a class that occurs neither in the truth nor in the answers does not pull the means down', () => {
  const { metrics } = evaluateClassification({
    classes: ['a', 'b', 'never'],
    positive: null,
    truth: Int32Array.of(0, 1, 1),
    labels: Int32Array.of(0, 1, 1),
    probabilities: Float32Array.of(0.8, 0.2, 0, 0.1, 0.9, 0, 0.3, 0.7, 0),
  });
  expect(metrics).toMatchObject({ f1: 1, precision: 1, recall: 1, auc: 1 });
});

test('a long curve is thinned to 200 points that stay within half a percent of it', () => {
  const n = 20_000;
  const scores = parkMiller(n, 5);
  const noise = parkMiller(n, 9);
  const { roc, metrics } = evaluateClassification({
    classes: ['a', 'b'],
    positive: 'b',
    truth: Int32Array.from(scores, (value, i) => ((noise[i] ?? 1) < value ? 1 : 0)),
    labels: new Int32Array(n),
    probabilities: Float32Array.from({ length: 2 * n }, (_, i) => {
      const value = scores[i >> 1] ?? 0;
      return i % 2 === 0 ? 1 - value : value;
    }),
  });
  expect(roc?.x.length).toBeLessThanOrEqual(200);
  const area = (roc?.x ?? []).reduce(
    (sum, x, i, xs) =>
      i === 0 ? 0 : sum + ((x - (xs[i - 1] ?? 0)) * ((roc?.y[i] ?? 0) + (roc?.y[i - 1] ?? 0))) / 2,
    0,
  );
  expect(Math.abs(area - (metrics.auc ?? 0))).toBeLessThan(0.005);
});
