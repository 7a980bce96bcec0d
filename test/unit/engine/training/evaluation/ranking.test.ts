import { expect, test } from 'vitest';
import { figuresOf } from '../../../../../engine/training/evaluation/figures.ts';
import { metricsOf } from '../../../../../engine/training/evaluation/metric-set.ts';
import { evaluateRanking, orderLosses } from '../../../../../engine/training/evaluation/ranking.ts';
import {
  metricSetOf,
  metricWeights,
  pickRows,
} from '../../../../../engine/training/evaluation/scored-rows.ts';
import { parkMiller } from '../../../../kit/training.ts';

const log = Math.log2;
/** Three queries: in the ideal order, with the relevant row last of three, and with nothing relevant. */
const answers = {
  task: 'ranking',
  truth: Float64Array.of(2, 0, 1, 0, 0, 1, 0, 0),
  queries: Int32Array.of(0, 1, 0, 1, 0, 1, 2, 2),
  values: Float32Array.of(9, 3, 5, 2, 1, 1, 4, 4),
  queryNames: ['shoes', 'hats', 'belts'],
} as const;

test('figures are means over the queries that have a relevant row', () => {
  const evaluation = evaluateRanking(answers);
  expect(evaluation).toMatchObject({ task: 'ranking', rows: 8, queries: 3, judged: 2 });
  expect(evaluation.metrics).toEqual({
    ndcg: expect.closeTo((1 + 1 / log(4)) / 2, 12),
    ndcg_1: 0.5,
    ndcg_3: expect.closeTo((1 + 1 / log(4)) / 2, 12),
    ndcg_5: expect.closeTo((1 + 1 / log(4)) / 2, 12),
    ndcg_10: expect.closeTo((1 + 1 / log(4)) / 2, 12),
    map: expect.closeTo((1 + 1 / 3) / 2, 12),
    mrr: expect.closeTo((1 + 1 / 3) / 2, 12),
  });
  expect(evaluation.worstQueries.map(({ query, rows, relevant }) => [query, rows, relevant])).toEqual([
    ['hats', 3, 1],
    ['shoes', 3, 2],
  ]);
  expect(evaluation.ndcgOfQueries.counts.reduce((sum, count) => sum + count, 0)).toBe(2);
});

test('any order is worth the mean over all orders', () => {
  const [first] = evaluateRanking(answers).byDepth.byChance;
  // At the top of "shoes" 3, 1 or 0 of 3 are gained, of "hats" 1 or 0 of 1.
  expect(first).toBeCloseTo(((3 + 1 + 0) / 3 / 3 + 1 / 3) / 2, 12);
});

test('a query counts by the mean weight of its rows', () => {
  const weights = Float64Array.of(3, 1, 3, 1, 3, 1, 9, 9);
  const { ndcg } = metricsOf(metricSetOf(answers), metricWeights(answers, weights));
  expect(ndcg).toBeCloseTo((3 * 1 + 1 / log(4)) / 4, 12);
});

test('the loss of a row is what its query lacks', () => {
  const lack = 1 - 1 / log(4);
  const losses = orderLosses(answers);
  [0, lack, 0, lack, 0, lack, 0, 0].forEach((loss, row) => {
    expect(losses[row]).toBeCloseTo(loss, 12);
  });
});

test('rows picked keep their queries', () => {
  const picked = pickRows(answers, [5, 6, 1]);
  expect(picked).toMatchObject({ truth: Float64Array.of(1, 0, 0), queries: Int32Array.of(1, 2, 1) });
});

test('intervals draw whole queries: copies of rows within a query make them no narrower', async () => {
  const [queries, own] = [60, 4];
  const n = queries * own;
  const u = parkMiller(2 * n, 9);
  const once = {
    task: 'ranking',
    truth: Float64Array.from({ length: n }, (_, i) => ((u[i] ?? 0) > 0.6 ? 1 : 0)),
    queries: Int32Array.from({ length: n }, (_, i) => Math.floor(i / own)),
    values: Float32Array.from({ length: n }, (_, i) => u[n + i] ?? 0),
    queryNames: null,
  } as const;
  const options = { confidence: 0.95, resamples: 400, seed: 3, pause: async () => {} };
  const ten = pickRows(
    once,
    Array.from({ length: 10 * n }, (_, i) => i % n),
  );
  const widthOf = async (scored: typeof ten) => {
    const { intervals } = await figuresOf(scored, null, options);
    return (intervals.ndcg?.high ?? 0) - (intervals.ndcg?.low ?? 0);
  };
  const [narrow, wide] = [await widthOf(once), await widthOf(ten)];
  expect(narrow).toBeGreaterThan(0.02);
  expect(wide / narrow).toBeGreaterThan(0.6);
});
