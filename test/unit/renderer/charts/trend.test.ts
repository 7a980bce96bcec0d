import { describe, expect, test } from 'vitest';
import { correlation, linearFit, loess, paretoFront } from '../../../../renderer/charts/trend.ts';

const points = [
  { x: 1, y: 2 },
  { x: 2, y: 3 },
  { x: 3, y: 5 },
  { x: 4, y: 4 },
];

test('line and correlation are those of scipy.stats.linregress([1, 2, 3, 4], [2, 3, 5, 4])', () => {
  expect(linearFit(points)?.slope).toBeCloseTo(0.8, 12);
  expect(linearFit(points)?.intercept).toBeCloseTo(1.5, 12);
  expect(correlation(points)).toBeCloseTo(0.8, 12);
});

test('no line goes through points above one another, and two points say nothing of a correlation', () => {
  expect(
    linearFit([
      { x: 1, y: 1 },
      { x: 1, y: 2 },
    ]),
  ).toBeNull();
  expect(correlation(points.slice(0, 2))).toBeNull();
});

test('LOESS gives a straight line back', () => {
  const line = Array.from({ length: 12 }, (_, x) => ({ x, y: 2 * x + 1 }));
  for (const { x, y } of loess(line)) expect(y).toBeCloseTo(2 * x + 1, 8);
});

describe('the Pareto front', () => {
  const runs = [
    { x: 1, y: 0.7 },
    { x: 2, y: 0.9 },
    { x: 3, y: 0.8 },
    { x: 5, y: 0.95 },
    { x: 2, y: 0.6 },
  ];
  test('holds what nothing else beats on both sides', () => {
    expect(paretoFront(runs, 'lower', 'higher')).toEqual([
      { x: 1, y: 0.7 },
      { x: 2, y: 0.9 },
      { x: 5, y: 0.95 },
    ]);
  });
  test('is another one when the other direction is better', () => {
    expect(paretoFront(runs, 'lower', 'lower')).toEqual([
      { x: 1, y: 0.7 },
      { x: 2, y: 0.6 },
    ]);
  });
});
