import { expect, test } from 'vitest';
import { median } from '../../../../../engine/training/preprocessing/statistics.ts';
import { parkMiller } from '../../../../kit/training.ts';

const orders: [string, number[]][] = [
  ['one', [7]],
  ['two', [3, 1]],
  ['equal ones', [2, 2, 2, 2, 2, 2]],
  ['ascending ones', Array.from({ length: 1000 }, (_, i) => i)],
  ['descending ones', Array.from({ length: 1001 }, (_, i) => -i)],
  ['ones that rise and fall', Array.from({ length: 2000 }, (_, i) => Math.min(i, 1999 - i))],
  ['ones by chance', [...parkMiller(5000, 4)]],
  ['few different ones by chance', [...parkMiller(5001, 4)].map((u) => Math.round(u * 6))],
  ['infinite ends', [Number.POSITIVE_INFINITY, 1, 2, Number.NEGATIVE_INFINITY]],
];

test.each(orders)('the median of %s is what a sort gives, missing values aside', (_, values) => {
  const sorted = values.toSorted((a, b) => a - b);
  const [low = 0, high = 0] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  const withGaps = values.flatMap((value, i) => (i % 3 === 0 ? [Number.NaN, value] : [value]));
  expect(median(Float64Array.from(withGaps))).toBe(low / 2 + high / 2);
});

test('there is no median of nothing', () => {
  expect(median(Float64Array.of(Number.NaN))).toBeNaN();
});
