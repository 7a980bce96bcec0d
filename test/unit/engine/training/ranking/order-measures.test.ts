import { expect, test } from 'vitest';
import { orderMeasures } from '../../../../../engine/training/ranking/order-measures.ts';
import { queriesOf } from '../../../../../engine/training/ranking/queries.ts';

/** The measures of one order, by their definitions. */
function plain(grades: readonly number[], depth: number) {
  const gain = (order: readonly number[]) =>
    order.slice(0, depth).reduce((sum, grade, place) => sum + (2 ** grade - 1) / Math.log2(place + 2), 0);
  const ideal = gain(grades.toSorted((a, b) => b - a));
  const places = grades.flatMap((grade, place) => (grade > 0 ? [place + 1] : []));
  return {
    ndcg: gain(grades) / ideal,
    precision: places.reduce((sum, place, i) => sum + (i + 1) / place, 0) / places.length,
    reciprocal: 1 / (places[0] ?? Number.NaN),
  };
}

/** All orders of some things. */
function orders<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, i) =>
    orders([...items.slice(0, i), ...items.slice(i + 1)]).map((rest) => [item, ...rest]),
  );
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const measuresOf = (grades: readonly number[], scores: readonly number[], depths: readonly number[]) =>
  orderMeasures(queriesOf(grades.map(() => 7)), grades, scores, depths);

test('the measures are those of scikit-learn and of the definitions', () => {
  // sklearn.metrics.ndcg_score of the gains 2**grade − 1, scikit-learn 1.9.1.
  const measures = measuresOf([3, 0, 2, 1, 0], [0.1, 0.9, 0.4, 0.5, 0.2], [3]);
  expect(measures.ndcg[0]).toBeCloseTo(0.5151717205507946, 12);
  expect(measures.ndcgAt[0]?.values[0]).toBeCloseTo(0.22686868558673368, 12);
  expect(measures.averagePrecision[0]).toBeCloseTo((1 / 2 + 2 / 3 + 3 / 5) / 3, 12);
  expect(measures.reciprocalRank[0]).toBeCloseTo(1 / 2, 12);
});

test.each([
  [
    [1, 0, 2, 0, 0, 1],
    [5, 5, 5, 5, 5, 5],
  ],
  [
    [0, 0, 3, 1, 0, 2],
    [9, 4, 4, 4, 2, 2],
  ],
  [
    [2, 0, 0, 0, 1, 0],
    [1, 3, 3, 1, 1, 0],
  ],
])('rows of one score count as in all of their orders: grades %j, scores %j', (grades, scores) => {
  const rows = grades.map((grade, i) => ({ grade, score: scores[i] ?? 0 }));
  const fitting = orders(rows)
    .filter((order) => order.every(({ score }, i) => i === 0 || score <= (order[i - 1]?.score ?? 0)))
    .map((order) => order.map(({ grade }) => grade));
  const measures = measuresOf(grades, scores, [2]);
  const among = (depth: number) => fitting.map((order) => plain(order, depth));
  expect(measures.ndcg[0]).toBeCloseTo(mean(among(6).map(({ ndcg }) => ndcg)), 12);
  expect(measures.ndcgAt[0]?.values[0]).toBeCloseTo(mean(among(2).map(({ ndcg }) => ndcg)), 12);
  expect(measures.averagePrecision[0]).toBeCloseTo(mean(among(6).map(({ precision }) => precision)), 12);
  expect(measures.reciprocalRank[0]).toBeCloseTo(mean(among(6).map(({ reciprocal }) => reciprocal)), 12);
});

test('a query without a relevant row has no measure', () => {
  const measures = orderMeasures(queriesOf([1, 2, 1, 2]), [0, 1, 0, 0], [1, 2, 3, 4]);
  expect([...measures.ndcg]).toEqual([Number.NaN, 1 / Math.log2(3)]);
  expect([...measures.averagePrecision]).toEqual([Number.NaN, 0.5]);
});

test('rows are brought together by their query, in their order', () => {
  const { count, starts, rows } = queriesOf([9, 4, 9, 1, 4, 9]);
  expect([count, [...starts], [...rows]]).toEqual([3, [0, 3, 5, 6], [0, 2, 5, 1, 4, 3]]);
});
