import type { RankingEvaluation } from '../../../local-api/contract/index.ts';
import { meanOfQueries, type OrderMeasures, orderMeasures } from '../ranking/order-measures.ts';
import { type Queries, queriesOf } from '../ranking/queries.ts';
import { evenWeights, type MetricSet, metricSet, metricsOf } from './metric-set.ts';

export type RankingAnswers = {
  /** The grade of each row. */
  truth: Float64Array;
  values: Float32Array;
  /** Equal for the rows of a query. */
  queries: Int32Array;
  /** Names of these numbers, where there are any. */
  queryNames: readonly string[] | null;
};

const BINS = 20;
const MOST_DEPTH = 20;
const WORST = 20;

/**
 * The metrics of orders as means over queries, a weight a query (in the order in which they first appear): `ndcg`, the same of the
 * first 1, 3, 5 and 10 places, `map` and `mrr`. A measurement costs O(queries).
 */
export function rankingMetrics(answers: RankingAnswers, wanted?: string): MetricSet {
  const measures = measuresOf(answers);
  const named: [string, Float64Array][] = [
    ['ndcg', measures.ndcg],
    ...measures.ndcgAt.map(({ depth, values }): [string, Float64Array] => [`ndcg_${depth}`, values]),
    ['map', measures.averagePrecision],
    ['mrr', measures.reciprocalRank],
  ];
  return metricSet(
    named.map(([name, values]) => ({
      names: [name],
      prepare: () => (weights) => [weightedMean(values, weights)],
    })),
    wanted,
  );
}

/** The weight of each query: the mean of its rows; null: all the same. */
export function queryWeights(
  { queries }: Pick<RankingAnswers, 'queries'>,
  weights: Float64Array | null,
): Float64Array {
  const { count, starts, rows } = queriesOf(queries);
  if (weights === null) return evenWeights(count);
  return Float64Array.from({ length: count }, (_, q) => {
    const own = rows.subarray(starts[q], starts[q + 1]);
    return own.reduce((sum, row) => sum + (weights[row] as number), 0) / own.length;
  });
}

/** Scores an order: metrics, NDCG by depth, and the queries that are ordered worst. O(rows · log rows). */
export function evaluateRanking(
  answers: RankingAnswers,
  weights: Float64Array | null = null,
): RankingEvaluation {
  const { truth, queryNames } = answers;
  const queries = queriesOf(answers.queries);
  const longest = sizesOf(queries).reduce((most, size) => Math.max(most, size), 0);
  const depths = Array.from({ length: Math.min(longest, MOST_DEPTH) }, (_, i) => i + 1);
  const own = queryWeights(answers, weights);
  const byDepth = (values: ArrayLike<number>): number[] =>
    orderMeasures(queries, truth, values, depths).ndcgAt.map((at) => weightedMean(at.values, own));
  const { ndcg } = measuresOf(answers);
  const judged = Array.from(ndcg.keys()).filter((q) => !Number.isNaN(ndcg[q]));
  const worst = judged.toSorted((a, b) => (ndcg[a] as number) - (ndcg[b] as number) || a - b);
  return {
    task: 'ranking',
    rows: truth.length,
    queries: queries.count,
    judged: judged.length,
    metrics: metricsOf(rankingMetrics(answers), own),
    byDepth:
      judged.length === 0
        ? { depth: [], ndcg: [], byChance: [] }
        : { depth: depths, ndcg: byDepth(answers.values), byChance: byDepth(new Float32Array(truth.length)) },
    ndcgOfQueries: histogramOf(judged.map((q) => ndcg[q] as number)),
    worstQueries: worst.slice(0, WORST).map((q) => {
      const rows = queries.rows.subarray(queries.starts[q], queries.starts[q + 1]);
      const key = answers.queries[rows[0] as number] as number;
      return {
        query: queryNames?.[key] ?? String(key),
        rows: rows.length,
        relevant: rows.reduce((sum, row) => sum + ((truth[row] as number) > 0 ? 1 : 0), 0),
        ndcg: ndcg[q] as number,
      };
    }),
  };
}

/** 1 − NDCG of the query of each row; 0 where nothing in it is relevant. */
export function orderLosses(answers: RankingAnswers): Float64Array {
  const { count, starts, rows } = queriesOf(answers.queries);
  const { ndcg } = measuresOf(answers);
  const losses = new Float64Array(answers.truth.length);
  for (let q = 0; q < count; q++) {
    const loss = Number.isNaN(ndcg[q]) ? 0 : 1 - (ndcg[q] as number);
    for (const row of rows.subarray(starts[q], starts[q + 1])) losses[row] = loss;
  }
  return losses;
}

/** The mean NDCG. */
export function ndcgOf({ truth, values, queries }: Omit<RankingAnswers, 'queryNames'>): number {
  return meanOfQueries(orderMeasures(queriesOf(queries), truth, values, []).ndcg);
}

function measuresOf({ truth, values, queries }: RankingAnswers): OrderMeasures {
  return orderMeasures(queriesOf(queries), truth, values);
}

function sizesOf({ count, starts }: Queries): Uint32Array {
  return Uint32Array.from({ length: count }, (_, q) => (starts[q + 1] as number) - (starts[q] as number));
}

function weightedMean(values: Float64Array, weights: Float64Array): number {
  let [sum, total] = [0, 0];
  for (let q = 0; q < values.length; q++) {
    if (Number.isNaN(values[q])) continue;
    sum += (weights[q] as number) * (values[q] as number);
    total += weights[q] as number;
  }
  return sum / total;
}

function histogramOf(values: readonly number[]): RankingEvaluation['ndcgOfQueries'] {
  const counts = Array.from({ length: BINS }, () => 0);
  for (const value of values) {
    const bin = Math.min(BINS - 1, Math.floor(value * BINS));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { edges: Array.from({ length: BINS + 1 }, (_, i) => i / BINS), counts };
}
