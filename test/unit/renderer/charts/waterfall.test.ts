import { expect, test } from 'vitest';
import { waterfallBars } from '../../../../renderer/charts/waterfall.ts';

const step = (label: string, value: number, error: number | null = null) => ({ label, value, error });

test('steps lead from the base to the sum, the strongest on top', () => {
  const bars = waterfallBars(10, [step('a', 1), step('b', -4), step('c', 2)], 5);
  expect(bars.map(({ label }) => label)).toEqual(['b', 'c', 'a']);
  expect(bars.at(-1)).toMatchObject({ from: 10, to: 11 });
  expect(bars[0]).toMatchObject({ from: 13, to: 9 });
});

test('what is beyond the most is one step at the bottom, with the error of the sum', () => {
  const bars = waterfallBars(0, [step('a', 5, 0), step('b', 1, 3), step('c', 2, 4)], 2);
  expect(bars).toEqual([
    { label: 'a', from: 3, to: 8, error: 0 },
    { label: '2 others', from: 0, to: 3, error: 5 },
  ]);
});

test('without steps there are no bars', () => {
  expect(waterfallBars(1, [], 3)).toEqual([]);
});
