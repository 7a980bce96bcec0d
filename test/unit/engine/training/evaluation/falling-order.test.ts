import { expect, test } from 'vitest';
import { fallingOrder } from '../../../../../engine/training/evaluation/falling-order.ts';
import { parkMiller } from '../../../../kit/training.ts';

const u = parkMiller(5000, 3);
const sets: [string, Float64Array][] = [
  ['a few rows', Float64Array.of(0.5, 2, -1, 2, 0)],
  ['float32 probabilities, many of them equal', u.map((p) => Math.fround(Math.round(p * 50) / 50))],
  ['numbers of all sizes and signs', u.map((p, i) => (i % 2 === 0 ? 1 : -1) * 10 ** (600 * p - 300))],
  ['neighbours in float64', u.map((p) => 1 + Math.round(p * 9) * Number.EPSILON)],
  [
    'zeros of both signs and infinities',
    u.map((_, i) => [0, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY][i % 4] ?? 0),
  ],
];

test.each(sets)('%s come in the order of falling scores, equal ones in their own', (_, scores) => {
  const wanted = [...scores.keys()].sort((a, b) => {
    const [first = 0, second = 0] = [scores[a], scores[b]];
    return first === second ? a - b : second - first;
  });
  expect([...fallingOrder(scores)]).toEqual(wanted);
});
