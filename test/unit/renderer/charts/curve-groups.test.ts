import { describe, expect, test } from 'vitest';
import { groupCurve, reader, tQuantile975 } from '../../../../renderer/charts/curve-groups.ts';

const curves = [
  { x: [0, 1, 2], y: [1, 2, 3] },
  { x: [0, 1, 2], y: [3, 4, 5] },
  { x: [0, 1, 2], y: [5, 6, 7] },
];

describe('a group of curves', () => {
  test('is their mean, between the lowest and the highest', () => {
    expect(groupCurve(curves, 'range')).toEqual({
      x: [0, 1, 2],
      mean: [3, 4, 5],
      low: [1, 2, 3],
      high: [5, 6, 7],
      count: [3, 3, 3],
    });
  });

  test('has bands of the standard deviation, its error and the 95 % interval, for 1, 3, 5 as scipy.stats gives them', () => {
    // numpy.std([1, 3, 5], ddof=1) = 2; scipy.stats.sem = 1.1547005; scipy.stats.t.ppf(0.975, 2) = 4.3026527
    const width = (spread: 'std' | 'error' | 'interval') => (groupCurve(curves, spread).high[0] ?? 0) - 3;
    expect(width('std')).toBeCloseTo(2, 10);
    expect(width('error')).toBeCloseTo(1.1547005, 6);
    expect(width('interval')).toBeCloseTo(4.3026527 * 1.1547005, 3);
  });

  test('reads between points where runs logged at other steps, and only as far as each goes', () => {
    const mixed = groupCurve(
      [
        { x: [0, 2], y: [0, 2] },
        { x: [0, 1], y: [4, 5] },
      ],
      'std',
    );
    expect(mixed.x).toEqual([0, 1, 2]);
    expect(mixed.mean).toEqual([2, 3, 2]);
    expect(mixed.count).toEqual([2, 2, 1]);
    expect([mixed.low[2], mixed.high[2]]).toEqual([2, 2]);
  });

  test('does not take a NaN for a value', () => {
    expect(
      groupCurve(
        [
          { x: [0], y: [Number.NaN] },
          { x: [0], y: [2] },
        ],
        'std',
      ),
    ).toMatchObject({
      mean: [2],
      count: [1],
    });
  });
});

test('a curve is read in proportion between its points, and nowhere beyond', () => {
  const read = reader({ x: [0, 10], y: [0, 5] });
  expect([-1, 0, 4, 10, 11].map(read)).toEqual([Number.NaN, 0, 2, 5, Number.NaN]);
});

test('the quantile of t is that of scipy.stats.t.ppf(0.975, df)', () => {
  const known: [df: number, t: number][] = [
    [1, 12.7062],
    [4, 2.77645],
    [10, 2.22814],
    [11, 2.20099],
    [20, 2.08596],
    [100, 1.98397],
  ];
  for (const [df, t] of known) expect(tQuantile975(df)).toBeCloseTo(t, 3);
});
