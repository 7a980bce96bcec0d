import { describe, expect, it, test } from 'vitest';
import { exponential } from '../../../../../../engine/training/trainers/gbdt/exponential.ts';
import { objectiveOf } from '../../../../../../engine/training/trainers/gbdt/objective.ts';
import { weightedQuantile } from '../../../../../../engine/training/trainers/weighted-quantile.ts';
import type { Task } from '../../../../../../local-api/contract/index.ts';
import { parkMiller } from '../../../../../kit/training.ts';

const defaults = {
  loss: 'squared',
  quantile: 0.3,
  huberDelta: 1.35,
  tweediePower: 1.4,
  rankingDepth: 30,
} as const;
const n = 40;
const u = parkMiller(3 * n, 5);
const weights = Float64Array.from({ length: n }, (_, i) => 0.5 + (u[i] ?? 0)).map((w, _, all) => {
  return w / (all.reduce((sum, one) => sum + one, 0) / n);
});

describe.each([
  ['squared', 'regression', 0, 'exact'],
  ['absolute', 'regression', 0, 'unit'],
  ['quantile', 'regression', 0, 'unit'],
  ['huber', 'regression', 0, 'bound'],
  ['poisson', 'regression', 0, 'bound'],
  ['gamma', 'regression', 0, 'exact'],
  ['tweedie', 'regression', 0, 'exact'],
  ['squared', 'classification', 2, 'exact'],
  ['squared', 'classification', 4, 'bound'],
] as const)('loss %s of %s with %i classes', (loss, task: Task, classes, hessianIs) => {
  const y = Float64Array.from({ length: n }, (_, i) =>
    classes > 0 ? Math.floor((u[n + i] ?? 0) * classes) : 0.1 + 4 * (u[n + i] ?? 0),
  );
  const objective = objectiveOf(task, { y, n, weights }, classes, { ...defaults, loss });
  const { k, scale } = objective;
  const scores = Float64Array.from({ length: n * k }, (_, i) => ((u[i % u.length] ?? 0) - 0.4) * 1.7);
  const [gradients, hessians] = [0, 1].map(() => Array.from({ length: k }, () => new Float32Array(n)));
  const atScores = objective.derivatives(scores, gradients ?? [], hessians ?? []);
  /** The loss summed over rows; of the root of a mean its square. */
  const total = (at: Float64Array): number => {
    const value = objective.loss(at, { y, n, weights });
    return n * (objective.metric === 'rmse' ? value ** 2 : value);
  };
  // What the gradients are a derivative of, in units of their own.
  const units: Record<string, number> = { squared: classes === 0 ? 2 * scale : 1, huber: scale, quantile: 1 };
  const unit = units[loss] ?? 2;

  it('gives the same loss with the derivatives as without', () => {
    expect(objective.loss(scores, { y, n, weights })).toBeCloseTo(atScores, 10);
  });

  it('has gradients and hessians that agree with differences of the loss', () => {
    const step = 1e-5;
    for (let i = 0; i < n * k; i++) {
      const [row, target] = [Math.floor(i / k), i % k];
      const moved = (by: number) => total(scores.map((s, at) => (at === i ? s + by : s)));
      const gradient = (moved(step) - moved(-step)) / (2 * step) / unit;
      expect(gradients?.[target]?.[row]).toBeCloseTo(gradient, 4);
      if (hessianIs === 'unit') {
        expect(hessians?.[target]?.[row]).toBeCloseTo(weights[row] ?? 0, 5);
        continue;
      }
      const wide = 1e-3;
      const second = (moved(wide) - 2 * total(scores) + moved(-wide)) / wide ** 2 / unit / scale ** 0;
      const inScale = second * scale;
      if (hessianIs === 'exact') expect(hessians?.[target]?.[row]).toBeCloseTo(inScale, 2);
      else expect((hessians?.[target]?.[row] ?? 0) + 1e-3).toBeGreaterThanOrEqual(inScale);
    }
  });

  it('starts where a constant score loses least', () => {
    const at = (by: number) =>
      total(
        Float64Array.from(
          { length: n * k },
          (_, i) => (objective.start[i % k] ?? 0) + (i % k === 0 ? by : 0),
        ),
      );
    if (loss === 'huber') return expect(at(0)).toBeLessThan(at(0.5));
    expect(at(0)).toBeLessThanOrEqual(at(0.05));
    expect(at(0)).toBeLessThanOrEqual(at(-0.05));
  });
});

test.each([
  ['gamma', 0],
  ['poisson', -1],
  ['tweedie', -0.5],
] as const)('the loss %s refuses a target of %d with training/bad-target', (loss, value) => {
  const y = Float64Array.of(1, 2, value);
  expect(() => objectiveOf('regression', { y, n: 3, weights: null }, 0, { ...defaults, loss })).toThrow(
    expect.objectContaining({ code: 'training/bad-target' }),
  );
});

test('a weighted quantile is that of rows repeated as often as they weigh', () => {
  const values = Float64Array.of(5, 1, 3, 9, 7);
  const counts = Float64Array.of(2, 1, 3, 1, 4);
  const repeated = Float64Array.from([...values].flatMap((v, i) => Array<number>(counts[i] ?? 0).fill(v)));
  for (const share of [0.1, 0.25, 0.5, 0.75, 0.9]) {
    expect(weightedQuantile(values, counts, share)).toBe(weightedQuantile(repeated.slice(), null, share));
  }
});

test('the exponential of derivatives is that of the platform to ten digits, and keeps within bounds', () => {
  for (let z = -299; z < 299; z += 0.37)
    expect(Math.abs(exponential(z) / Math.exp(z) - 1)).toBeLessThan(1e-10);
  expect(exponential(0)).toBe(1);
  expect(exponential(1e9)).toBe(exponential(300));
  expect(exponential(Number.NEGATIVE_INFINITY)).toBe(exponential(-300));
});
