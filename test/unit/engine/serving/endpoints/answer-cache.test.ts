import { expect, test } from 'vitest';
import { createAnswerCache } from '../../../../../engine/serving/endpoints/answer-cache.ts';

const answer = (value: number) => ({
  model: 'm',
  version: '1.0.0',
  rows: 1,
  value: [value],
  milliseconds: 1,
});
const key = (cache: ReturnType<typeof createAnswerCache>, version: string, x: number) =>
  cache.keyOf(version, { rows: [{ x }] }) ?? '';

test('an answer is known again for the same version and rows, until its time is over', () => {
  let now = 0;
  const cache = createAnswerCache(() => now);
  const settings = { entries: 10, seconds: 1 };
  cache.set(key(cache, 'm/1.0.0', 7), answer(7), settings);
  expect(cache.get(key(cache, 'm/1.0.0', 7), settings)).toMatchObject({ value: [7] });
  expect(cache.get(key(cache, 'm/1.1.0', 7), settings)).toBe(null);
  expect(cache.get(key(cache, 'm/1.0.0', 8), settings)).toBe(null);
  now = 1000;
  expect(cache.get(key(cache, 'm/1.0.0', 7), settings)).toBe(null);
});

test('the least recently used goes first, and large requests are not kept', () => {
  const cache = createAnswerCache(() => 0);
  const settings = { entries: 2, seconds: 60 };
  const [a, b, c] = [1, 2, 3].map((x) => key(cache, 'm', x));
  cache.set(a ?? '', answer(1), settings);
  cache.set(b ?? '', answer(2), settings);
  cache.get(a ?? '', settings);
  cache.set(c ?? '', answer(3), settings);
  expect([a, b, c].map((one) => cache.get(one ?? '', settings) !== null)).toEqual([true, false, true]);
  expect(cache.keyOf('m', { columns: { x: new Array(101).fill(1) } })).toBe(null);
});
