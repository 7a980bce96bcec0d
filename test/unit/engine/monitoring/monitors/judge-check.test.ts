import { describe, expect, test } from 'vitest';
import { judgeCheck } from '../../../../../engine/monitoring/monitors/judge-check.ts';
import { monitorMetrics } from '../../../../../local-api/contract/index.ts';

const metric = (id: string) => monitorMetrics.quality.find((one) => one.id === id);
const measured = (values: Record<string, number>, isBad: boolean | null = null) => ({ values, isBad });

describe('judgeCheck', () => {
  test('a limit itself is fine, what is beyond it is a breach', () => {
    const rule = { metric: 'missingShare', when: { kind: 'above' as const, limit: 0.1 } };
    const at = (missingShare: number) =>
      judgeCheck(measured({ missingShare }), rule, metric('missingShare'), []);
    expect(at(0.1)).toEqual({ isBreach: false, value: 0.1, band: { low: null, high: 0.1 } });
    expect(at(0.11).isBreach).toBe(true);
  });

  test('a figure that was not found breaks no limit', () => {
    const rule = { metric: 'duplicateShare', when: { kind: 'below' as const, limit: 5 } };
    expect(judgeCheck(measured({ rows: 1 }), rule, metric('duplicateShare'), [])).toMatchObject({
      isBreach: false,
      value: null,
    });
  });

  test('the verdict decides where the rule says so, whatever the figure', () => {
    const rule = { metric: 'driftedShare', when: { kind: 'verdict' as const } };
    expect(judgeCheck(measured({ driftedShare: 0.9 }, false), rule, undefined, []).isBreach).toBe(false);
    expect(judgeCheck(measured({ driftedShare: 0.1 }, true), rule, undefined, []).isBreach).toBe(true);
  });

  test('what is usual is the mean of the quiet checks and three standard deviations either way', () => {
    const rule = { metric: 'rows', when: { kind: 'unusual' as const, deviations: 3 } };
    // Mean 100, sample variance 2.5.
    const before = [98, 99, 100, 101, 102];
    const { band, isBreach } = judgeCheck(measured({ rows: 120 }), rule, metric('rows'), before);
    expect(band.low).toBeCloseTo(100 - 3 * Math.sqrt(2.5), 12);
    expect(band.high).toBeCloseTo(100 + 3 * Math.sqrt(2.5), 12);
    expect(isBreach).toBe(true);
  });

  test('nothing is unusual before the fifth quiet check, and never a tremor of a figure that stands still', () => {
    const rule = { metric: 'rows', when: { kind: 'unusual' as const, deviations: 3 } };
    const at = (rows: number, before: number[]) =>
      judgeCheck(measured({ rows }), rule, metric('rows'), before).isBreach;
    expect(at(5000, [100, 100, 100, 100])).toBe(false);
    expect(at(101, [100, 100, 100, 100, 100])).toBe(false);
    expect(at(102, [100, 100, 100, 100, 100])).toBe(true);
  });

  test('the usual range of a share ends at 0 and 1', () => {
    const rule = { metric: 'missingShare', when: { kind: 'unusual' as const, deviations: 10 } };
    const { band } = judgeCheck(
      measured({ missingShare: 0.5 }),
      rule,
      metric('missingShare'),
      [0.1, 0.9, 0.2, 0.8, 0.5],
    );
    expect(band).toEqual({ low: 0, high: 1 });
  });
});
