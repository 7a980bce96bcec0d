import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDownSampler, type PointRow } from '../../../../engine/tracking/down-sample.ts';

function thin(points: readonly PointRow[], maxPoints: number): PointRow[] {
  const sampler = createDownSampler(points.length, maxPoints);
  for (const point of points) sampler.add(point);
  return sampler.points();
}

const curve = (values: readonly number[]): PointRow[] =>
  values.map(
    (value, step): PointRow => [step, 0, Number.isNaN(value) ? 0 : value, Number.isNaN(value) ? 1 : 0],
  );

describe('createDownSampler', () => {
  it('keeps a curve that is short enough as it is', () => {
    const points = curve([3, 1, 2]);
    expect(thin(points, 3)).toEqual(points);
  });

  it('keeps the one peak and the one dip among a million points', () => {
    const values = Array.from({ length: 1_000_000 }, (_, i) => Math.sin(i / 1000));
    values[123_457] = 50;
    values[765_433] = -50;
    const kept = thin(curve(values), 500);
    expect(kept.length).toBeLessThanOrEqual(500);
    expect(kept.map((point) => point[2])).toEqual(expect.arrayContaining([50, -50]));
  });

  it('keeps first, last, lowest and highest, in order, within the limit, whatever the curve', () => {
    const value = fc.oneof(fc.double({ noNaN: true }), fc.constant(Number.NaN));
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 4, max: 60 }),
        (values, max) => {
          const points = curve(values);
          const kept = thin(points, max);
          expect(kept.length).toBeLessThanOrEqual(Math.max(max, 0));
          expect(kept[0]).toBe(points[0]);
          expect(kept.at(-1)).toBe(points.at(-1));
          const steps = kept.map((point) => point[0]);
          expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
          const numbers = (of: PointRow[]) => of.filter((point) => point[3] === 0).map((point) => point[2]);
          if (numbers(points).length > 0) {
            expect(Math.min(...numbers(kept))).toBe(Math.min(...numbers(points)));
            expect(Math.max(...numbers(kept))).toBe(Math.max(...numbers(points)));
          }
        },
      ),
    );
  });

  it('gives first and last when only two or three points are wanted', () => {
    for (const max of [2, 3]) {
      const kept = thin(curve([1, 9, 2, 8, 3]), max);
      expect([kept[0]?.[0], kept.at(-1)?.[0]]).toEqual([0, 4]);
      expect(kept.length).toBeLessThanOrEqual(max);
    }
  });

  it('shows that a stretch was NaN', () => {
    const values = Array.from({ length: 1000 }, (_, i) => (i >= 400 && i < 600 ? Number.NaN : i));
    expect(thin(curve(values), 50).some((point) => point[3] === 1)).toBe(true);
  });
});
