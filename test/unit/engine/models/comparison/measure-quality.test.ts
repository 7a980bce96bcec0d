import { describe, expect, test } from 'vitest';
import { compareMetrics } from '../../../../../engine/models/comparison/measure-quality.ts';
import type { ScoredRows } from '../../../../../engine/models/gates/row-metrics.ts';
import { parkMiller } from '../../../../kit/training.ts';

const N = 300;
const u = parkMiller(2 * N, 5);
const truth = Float64Array.from(u.subarray(0, N));

/** Numbers that miss the truth by so much at most. */
function off(by: number): ScoredRows {
  const values = Float32Array.from(truth, (value, i) => value + by * ((u[N + i] as number) - 0.5));
  return { task: 'regression', truth, values };
}

const compare = (rows: readonly ScoredRows[]) =>
  compareMetrics(
    rows.map((one, i) => ({ version: `1.${i}.0`, rows: one })),
    0.95,
    new AbortController().signal,
    () => undefined,
  );
const standings = (versions: readonly { standing: string | null }[]) => versions.map((one) => one.standing);

describe('compareMetrics', () => {
  test('marks the best by the direction of the metric, and who is shown to be behind', async () => {
    const metrics = await compare([off(1), off(0.2), off(2)]);
    expect(metrics.map(({ metric }) => metric)).toEqual(['rmse', 'mae', 'r2']);
    for (const { versions } of metrics) expect(standings(versions)).toEqual(['behind', 'best', 'behind']);
  });

  test('does not tell versions apart whose answers are the same', async () => {
    const [rmse] = await compare([off(1), off(1)]);
    expect(standings(rmse?.versions ?? [])).toEqual(['best', 'not-apart']);
    expect(rmse?.versions[1]?.difference).toEqual({ value: 0, low: 0, high: 0, shown: 'neither' });
  });

  test('gives differences from the first version that lie in their interval, better or worse by direction', async () => {
    const metrics = await compare([off(1), off(0.2), off(2)]);
    for (const { metric, versions } of metrics) {
      const [first, closer, further] = versions;
      expect(first?.difference, metric).toBeNull();
      for (const version of [closer, further]) {
        const { value = 0, low = 0, high = 0 } = version?.difference ?? {};
        expect(value, metric).toBeCloseTo((version?.value ?? 0) - (first?.value ?? 0), 12);
        expect(low).toBeLessThan(value);
        expect(high).toBeGreaterThan(value);
      }
      expect([closer?.difference?.shown, further?.difference?.shown], metric).toEqual(['better', 'worse']);
    }
  });

  test('gives the same figures every time', async () => {
    expect(await compare([off(1), off(0.9)])).toEqual(await compare([off(1), off(0.9)]));
  });

  test('has no value where a metric is not defined, and nothing to say without versions', async () => {
    const constant: ScoredRows = {
      task: 'regression',
      truth: new Float64Array(N),
      values: new Float32Array(N).fill(1),
    };
    const metrics = await compare([constant, constant]);
    const r2 = metrics.find(({ metric }) => metric === 'r2');
    expect(r2?.versions).toEqual([
      { version: '1.0.0', value: null, standing: null, difference: null },
      { version: '1.1.0', value: null, standing: null, difference: null },
    ]);
    expect(await compare([])).toEqual([]);
  });

  test('calls none the best that stands alone', async () => {
    for (const { versions } of await compare([off(1)])) expect(standings(versions)).toEqual([null]);
  });
});
