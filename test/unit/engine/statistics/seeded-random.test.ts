import { expect, test } from 'vitest';
import { sampleIndices, seededRandom, shuffle } from '../../../../engine/statistics/seeded-random.ts';

test('the same seed and name give the same numbers, another of either gives others', () => {
  const draw = (seed: number, name: string) => {
    const random = seededRandom(seed, name);
    return Array.from({ length: 5 }, () => random.next());
  };
  expect(draw(1, 'a')).toEqual(draw(1, 'a'));
  expect(draw(1, 'a')).not.toEqual(draw(2, 'a'));
  expect(draw(1, 'a')).not.toEqual(draw(1, 'b'));
  expect(draw(0, '')[0]).not.toBe(0);
});

test('numbers are spread evenly and normal ones have mean 0 and deviation 1', () => {
  const random = seededRandom(7, 'moments');
  const tenths = new Array(10).fill(0);
  for (let i = 0; i < 20_000; i++) tenths[Math.floor(random.next() * 10)] += 1;
  // Chi-squared with 9 degrees of freedom stays below 27.9 in 999 of 1,000 cases.
  expect(tenths.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0)).toBeLessThan(27.9);
  const normals = Array.from({ length: 20_000 }, () => random.normal());
  const mean = normals.reduce((a, b) => a + b, 0) / normals.length;
  const deviation = Math.sqrt(normals.reduce((sum, z) => sum + (z - mean) ** 2, 0) / normals.length);
  expect(Math.abs(mean)).toBeLessThan(0.03);
  expect(Math.abs(deviation - 1)).toBeLessThan(0.03);
});

test('a shuffle keeps every value', () => {
  const values = Int32Array.from({ length: 100 }, (_, i) => i);
  shuffle(values, seededRandom(3, 'shuffle'));
  expect([...values]).not.toEqual([...values].sort((a, b) => a - b));
  expect([...values.sort()]).toEqual(Array.from({ length: 100 }, (_, i) => i));
});

test('a sample has the size asked for, ascending and without repeats', () => {
  const sample = sampleIndices(1000, 250, seededRandom(9, 'sample'));
  expect(sample).toHaveLength(250);
  expect(new Set(sample).size).toBe(250);
  expect([...sample]).toEqual([...sample].sort((a, b) => a - b));
  expect(sampleIndices(3, 9, seededRandom(1, 's'))).toHaveLength(3);
});
