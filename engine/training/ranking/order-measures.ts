import { discountsOf, gainOf, idealGain } from './gains.ts';
import type { Queries } from './queries.ts';

/** Depths that NDCG is told at, besides all places. */
export const DEPTHS = [1, 3, 5, 10] as const;

/** How well each query is ordered; NaN for queries without a row of a grade above 0, which any order serves. */
export type OrderMeasures = {
  /** Normalised discounted cumulative gain of all places. */
  ndcg: Float64Array;
  /** By depth. */
  ndcgAt: readonly { depth: number; values: Float64Array }[];
  /** Mean precision at the places of rows with a grade above 0. */
  averagePrecision: Float64Array;
  /** One by the place of the first row with a grade above 0. */
  reciprocalRank: Float64Array;
};

/**
 * Measures the order that scores give the rows of each query, the highest first. Rows of one score stand in every order with the
 * same chance, and the measures are the means over those (McSherry and Najork 2008): what a file happens to list first earns nothing.
 * O(rows · log rows).
 */
export function orderMeasures(
  { count, starts, rows }: Queries,
  grades: ArrayLike<number>,
  scores: ArrayLike<number>,
  depths: readonly number[] = DEPTHS,
): OrderMeasures {
  const none = () => new Float64Array(count).fill(Number.NaN);
  const measures = {
    ndcg: none(),
    ndcgAt: depths.map((depth) => ({ depth, values: none() })),
    averagePrecision: none(),
    reciprocalRank: none(),
  };
  let longest = 0;
  for (let q = 0; q < count; q++)
    longest = Math.max(longest, (starts[q + 1] as number) - (starts[q] as number));
  const discounts = discountsOf(longest);
  for (let q = 0; q < count; q++) {
    const own = rows.subarray(starts[q], starts[q + 1]);
    const gradesOfQuery = Float64Array.from(own, (row) => grades[row] as number);
    if (!gradesOfQuery.some((grade) => grade > 0)) continue;
    const ties = tiesOf(own, grades, scores);
    const ndcgTo = (depth: number): number =>
      gainWithin(ties, depth, discounts) / idealGain(gradesOfQuery, depth, discounts);
    measures.ndcg[q] = ndcgTo(own.length);
    for (const { depth, values } of measures.ndcgAt) values[q] = ndcgTo(depth);
    measures.averagePrecision[q] = averagePrecision(ties);
    measures.reciprocalRank[q] = reciprocalRank(ties);
  }
  return measures;
}

/** The mean of a measure over the queries that it is defined for; NaN without any. */
export function meanOfQueries(values: Float64Array): number {
  let [sum, count] = [0, 0];
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return sum / count;
}

/** Rows of one score: from which place on, how many, what they gain on average, and how many have a grade above 0. */
type Tie = { from: number; size: number; gain: number; relevant: number };

function tiesOf(own: Uint32Array, grades: ArrayLike<number>, scores: ArrayLike<number>): Tie[] {
  const order = own.slice().sort((a, b) => (scores[b] as number) - (scores[a] as number));
  const ties: Tie[] = [];
  for (let from = 0; from < order.length; ) {
    const score = scores[order[from] as number];
    let [to, gain, relevant] = [from, 0, 0];
    for (; to < order.length && scores[order[to] as number] === score; to++) {
      const grade = grades[order[to] as number] as number;
      gain += gainOf(grade);
      relevant += grade > 0 ? 1 : 0;
    }
    ties.push({ from, size: to - from, gain: gain / (to - from), relevant });
    from = to;
  }
  return ties;
}

function gainWithin(ties: readonly Tie[], depth: number, discounts: Float64Array): number {
  let sum = 0;
  for (const { from, size, gain } of ties) {
    for (let place = from; place < Math.min(from + size, depth); place++) {
      sum += gain * (discounts[place] as number);
    }
  }
  return sum;
}

function averagePrecision(ties: readonly Tie[]): number {
  let [sum, before] = [0, 0];
  for (const { from, size, relevant } of ties) {
    for (let i = 0; i < size; i++) {
      // Of the others of the tie, so many relevant ones stand before one that is relevant at this place.
      const among = size > 1 ? (i * (relevant - 1)) / (size - 1) : 0;
      sum += ((relevant / size) * (before + among + 1)) / (from + i + 1);
    }
    before += relevant;
  }
  return sum / before;
}

function reciprocalRank(ties: readonly Tie[]): number {
  const tie = ties.find(({ relevant }) => relevant > 0);
  if (tie === undefined) return Number.NaN;
  const { from, size, relevant } = tie;
  let sum = 0;
  // That no relevant one stands before place i.
  let chance = 1;
  for (let i = 0; i <= size - relevant; i++) {
    const here = relevant / (size - i);
    sum += (chance * here) / (from + i + 1);
    chance *= 1 - here;
  }
  return sum;
}
