import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { wilsonInterval } from '../../../../../engine/statistics/index.ts';
import { figuresOf } from '../../../../../engine/training/evaluation/figures.ts';
import type { ScoredRows } from '../../../../../engine/training/evaluation/scored-rows.ts';
import { parkMiller } from '../../../../kit/training.ts';

/** Made by test/fixtures/evaluation/make.py with scipy. */
const { bca, wilson } = JSON.parse(
  readFileSync(new URL('../../../../fixtures/evaluation/metrics.json', import.meta.url), 'utf8'),
) as {
  bca: { truth: number[]; values: number[]; intervals: Record<string, [number, number]> };
  wilson: [hits: number, n: number, low: number, high: number][];
};

const options = { confidence: 0.95, resamples: 1000, seed: 3, pause: async () => {} };

function made(n: number, seed: number): ScoredRows {
  const u = parkMiller(2 * n, seed);
  const p = Float32Array.from({ length: n }, (_, i) => u[i] ?? 0);
  return {
    task: 'classification',
    classes: ['no', 'yes'],
    positive: 'yes',
    truth: Int32Array.from(p, (value, i) => ((u[n + i] ?? 1) < 0.2 + 0.6 * value ? 1 : 0)),
    labels: Int32Array.from(p, (value) => (value >= 0.5 ? 1 : 0)),
    probabilities: Float32Array.from({ length: 2 * n }, (_, i) =>
      i % 2 === 0 ? 1 - (p[i >> 1] ?? 0) : (p[i >> 1] ?? 0),
    ),
  };
}

test.each(Object.keys(bca.intervals))(
  'the interval of %s is that of scipy, but for the noise of drawing',
  async (name) => {
    const { intervals } = await figuresOf(
      {
        task: 'regression',
        truth: Float64Array.from(bca.truth),
        values: Float32Array.from(bca.values),
        quantile: null,
        variancePower: null,
      },
      null,
      { ...options, resamples: 8000 },
    );
    const [low, high] = bca.intervals[name] ?? [0, 0];
    const width = high - low;
    expect(Math.abs((intervals[name]?.low ?? 0) - low)).toBeLessThan(0.05 * width);
    expect(Math.abs((intervals[name]?.high ?? 0) - high)).toBeLessThan(0.05 * width);
  },
);

test.each(wilson)('Wilson: %i of %i', (hits, n, low, high) => {
  const found = wilsonInterval(hits, n, 0.95);
  expect(found.low).toBeCloseTo(low, 12);
  expect(found.high).toBeCloseTo(high, 12);
});

test('every metric lies in its interval, each by the method that suits it', async () => {
  const { metrics, intervals } = await figuresOf(made(400, 5), null, options);
  for (const [name, { low, high }] of Object.entries(intervals)) {
    if (name === 'ece') continue;
    expect(metrics[name], name).toBeGreaterThanOrEqual(low);
    expect(metrics[name], name).toBeLessThanOrEqual(high);
  }
  expect([intervals.auc?.method, intervals.accuracy?.method, intervals.f1?.method]).toEqual([
    'delong',
    'wilson',
    'bootstrap',
  ]);
});

test('the same seed gives the same intervals, more rows give narrower ones', async () => {
  const [a, b, wide] = await Promise.all([
    figuresOf(made(800, 5), null, options),
    figuresOf(made(800, 5), null, options),
    figuresOf(made(100, 5), null, options),
  ]);
  expect(a).toEqual(b);
  const width = (of: typeof a, name: string) =>
    (of.intervals[name]?.high ?? 0) - (of.intervals[name]?.low ?? 0);
  for (const name of ['auc', 'accuracy', 'f1', 'log_loss'])
    expect(width(a, name)).toBeLessThan(width(wide, name));
});

test('answers that are all right have an interval of the accuracy that does not reach down to nothing but 1', async () => {
  const rows = made(50, 9);
  if (rows.task !== 'classification') throw new Error('made rows are of classes');
  const { intervals } = await figuresOf({ ...rows, labels: rows.truth }, null, options);
  expect(intervals.accuracy?.low).toBeLessThan(0.95);
  expect(intervals.accuracy?.high).toBe(1);
});

test('of many classes the AUC is measured but not drawn again and again', async () => {
  const k = 30;
  const u = parkMiller(200 * (k + 1), 23);
  const { metrics, intervals } = await figuresOf(
    {
      task: 'classification',
      classes: Array.from({ length: k }, (_, c) => `c${c}`),
      positive: null,
      truth: Int32Array.from({ length: 200 }, (_, i) => i % k),
      labels: Int32Array.from({ length: 200 }, (_, i) => Math.floor(k * (u[200 * k + i] ?? 0))),
      probabilities: Float32Array.from(u.subarray(0, 200 * k), (value) => (2 * value) / k),
    },
    null,
    { ...options, resamples: 50 },
  );
  expect(metrics.auc).toBeGreaterThan(0.3);
  expect(intervals).not.toHaveProperty('auc');
  expect(intervals).toHaveProperty('log_loss');
});
