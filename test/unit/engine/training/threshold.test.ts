import { expect, test } from 'vitest';
import { chooseThreshold } from '../../../../engine/training/threshold.ts';
import { parkMiller } from '../../../kit/training.ts';

const n = 400;
const u = parkMiller(2 * n, 3);
const scores = Float64Array.from({ length: n }, (_, i) => Math.fround(u[i] ?? 0));
const isPositive = Uint8Array.from(scores, (score, i) => ((u[n + i] ?? 1) < score ** 2 ? 1 : 0));
const rows = { scores, isPositive, weights: null };

function counts(threshold: number) {
  const found = { truePositive: 0, falsePositive: 0, falseNegative: 0 };
  scores.forEach((score, i) => {
    if (score >= threshold) found[isPositive[i] === 1 ? 'truePositive' : 'falsePositive']++;
    else if (isPositive[i] === 1) found.falseNegative++;
  });
  return found;
}

test('a fixed threshold is what it is', () => {
  expect(chooseThreshold({ by: 'fixed', at: 0.3 }, rows)).toEqual({ threshold: 0.3, remark: null });
});

test('no other threshold costs less', () => {
  const costs = { falsePositive: 1, falseNegative: 7 };
  const costAt = (threshold: number) => {
    const { falsePositive, falseNegative } = counts(threshold);
    return falsePositive * costs.falsePositive + falseNegative * costs.falseNegative;
  };
  const { threshold } = chooseThreshold({ by: 'cost', costs }, rows);
  for (let at = 0; at <= 1; at += 0.001) expect(costAt(at)).toBeGreaterThanOrEqual(costAt(threshold));
  expect(threshold).toBeLessThan(
    chooseThreshold({ by: 'cost', costs: { falsePositive: 7, falseNegative: 1 } }, rows).threshold,
  );
});

test('no other threshold has a higher F1', () => {
  const f1 = (threshold: number) => {
    const { truePositive, falsePositive, falseNegative } = counts(threshold);
    return (2 * truePositive) / (2 * truePositive + falsePositive + falseNegative);
  };
  const { threshold } = chooseThreshold({ by: 'f1' }, rows);
  for (let at = 0; at <= 1; at += 0.001) expect(f1(at)).toBeLessThanOrEqual(f1(threshold) + 1e-12);
});

test('a share of positives to find is reached with as few false alarms as can be', () => {
  const { threshold } = chooseThreshold({ by: 'recall', atLeast: 0.9 }, rows);
  const found = counts(threshold);
  const recall = found.truePositive / (found.truePositive + found.falseNegative);
  expect(recall).toBeGreaterThanOrEqual(0.9);
  expect(recall).toBeLessThan(0.93);
});

test('a precision is reached with as many found as can be, and what cannot be reached is said', () => {
  const { threshold, remark } = chooseThreshold({ by: 'precision', atLeast: 0.8 }, rows);
  const found = counts(threshold);
  expect(found.truePositive / (found.truePositive + found.falsePositive)).toBeGreaterThanOrEqual(0.8);
  expect(remark).toBeNull();
  const wrong = { ...rows, isPositive: isPositive.map((hit, i) => ((scores[i] ?? 0) > 0.8 ? 0 : hit)) };
  expect(chooseThreshold({ by: 'precision', atLeast: 1 }, wrong).remark).toContain(
    'No threshold reaches a precision of 1',
  );
});

test('lies between neighbouring scores, so that rounding moves no row', () => {
  const few = { scores: Float64Array.of(0.2, 0.4, 0.8), isPositive: Uint8Array.of(0, 0, 1), weights: null };
  expect(chooseThreshold({ by: 'youden' }, few).threshold).toBeCloseTo(0.6, 6);
});

test('rows count by their weight', () => {
  const few = { scores: Float64Array.of(0.3, 0.5, 0.7), isPositive: Uint8Array.of(1, 0, 1) };
  const costs = { falsePositive: 1, falseNegative: 1 };
  const at = (weights: Float64Array) => chooseThreshold({ by: 'cost', costs }, { ...few, weights }).threshold;
  expect(at(Float64Array.of(5, 1, 1))).toBeLessThan(0.3);
  expect(at(Float64Array.of(1, 5, 1))).toBeGreaterThan(0.5);
});
