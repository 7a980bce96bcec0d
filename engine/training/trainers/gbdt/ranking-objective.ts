import { AssayError } from '../../../errors.ts';
import { discountsOf, gainOf, HIGHEST_GRADE, idealGain } from '../../ranking/gains.ts';
import { meanOfQueries, orderMeasures } from '../../ranking/order-measures.ts';
import { type Queries, queriesOf } from '../../ranking/queries.ts';
import type { Targets } from '../number-loss.ts';
import type { Objective } from './objective.ts';

export type RankingSettings = {
  /** Pairs are looked at of which one stands within so many places. */
  rankingDepth: number;
};

/** Pairs far apart in score move less: the gap that a pair is divided by is at least this. */
const LEAST_GAP = 0.01;

/**
 * LambdaMART (Burges 2010), as LightGBM's lambdarank with its normalisation: each pair of rows of a query with different grades pulls
 * their scores apart by the logistic loss of their difference, times the change of NDCG that their swap would make. What is kept
 * small is 1 − NDCG. A round costs O(rows · depth), besides sorting.
 *
 * Errors: `training/bad-target` for grades that are no whole numbers from 0 to 30, or the same in all rows of every query.
 */
export function rankingObjective(rows: Targets, { rankingDepth }: RankingSettings): Objective {
  const { y, n, weights } = rows;
  const queries = queriesOf(queryOf(rows));
  checkGrades(y.subarray(0, n), queries);
  const pull = pairwisePull(queries, y, rankingDepth);
  return {
    k: 1,
    start: Float64Array.of(0),
    scale: 1,
    metric: 'ndcg',
    shown: (loss) => 1 - loss,
    answer: 'score',
    leafQuantile: null,
    derivatives(scores, [gradients], [hessians]) {
      pull(scores, gradients as Float32Array, hessians as Float32Array);
      if (weights !== null) {
        for (const derivatives of [gradients as Float32Array, hessians as Float32Array]) {
          for (let i = 0; i < n; i++) derivatives[i] = (derivatives[i] as number) * (weights[i] as number);
        }
      }
      return 1 - meanNdcg(queries, y, scores);
    },
    loss(scores, others) {
      if (others.n === 0) return Number.NaN;
      return 1 - meanNdcg(queriesOf(queryOf(others)), others.y, scores);
    },
  };
}

function queryOf({ queries }: Targets): Int32Array {
  if (queries === undefined) throw new RangeError('rows that are to be ordered need their queries');
  return queries;
}

function meanNdcg(queries: Queries, y: Float64Array, scores: Float64Array): number {
  // As the model file has them, where scores a rounding apart are one.
  return meanOfQueries(orderMeasures(queries, y, Float32Array.from(scores), []).ndcg);
}

/** Writes the gradients and hessians of all rows at their scores. */
function pairwisePull({ count, starts, rows }: Queries, y: Float64Array, depth: number) {
  const sizes = Uint32Array.from(
    { length: count },
    (_, q) => (starts[q + 1] as number) - (starts[q] as number),
  );
  const discounts = discountsOf(sizes.reduce((most, size) => Math.max(most, size), 0));
  const inverseIdeal = Float64Array.from({ length: count }, (_, q) => {
    const grades = Float64Array.from(rows.subarray(starts[q], starts[q + 1]), (row) => y[row] as number);
    const ideal = idealGain(grades, depth, discounts);
    return ideal > 0 ? 1 / ideal : 0;
  });
  return (scores: Float64Array, gradients: Float32Array, hessians: Float32Array): void => {
    for (let q = 0; q < count; q++) {
      const own = rows.subarray(starts[q], starts[q + 1]);
      for (const row of own) {
        gradients[row] = 0;
        hessians[row] = 0;
      }
      const inverse = inverseIdeal[q] as number;
      if (inverse === 0) continue;
      // The sort keeps rows of one score in their order, so that every run makes the same pairs.
      const order = own.slice().sort((a, b) => (scores[b] as number) - (scores[a] as number));
      pullQuery({ order, y, scores, gradients, hessians, inverse, discounts, depth });
    }
  };
}

type QueryPull = {
  /** The rows, the highest score first. */
  order: Uint32Array;
  y: Float64Array;
  scores: Float64Array;
  gradients: Float32Array;
  hessians: Float32Array;
  /** One by the best discounted gain. */
  inverse: number;
  discounts: Float64Array;
  depth: number;
};

function pullQuery({ order, y, scores, gradients, hessians, inverse, discounts, depth }: QueryPull): void {
  const size = order.length;
  const best = scores[order[0] as number] as number;
  const isSpread = best !== scores[order[size - 1] as number];
  const slopes = new Float64Array(size);
  const bends = new Float64Array(size);
  let total = 0;
  for (let i = 0; i < Math.min(depth, size - 1); i++) {
    const gradeI = y[order[i] as number] as number;
    for (let j = i + 1; j < size; j++) {
      const gradeJ = y[order[j] as number] as number;
      if (gradeI === gradeJ) continue;
      const [high, low] = gradeI > gradeJ ? [i, j] : [j, i];
      const gap = (scores[order[high] as number] as number) - (scores[order[low] as number] as number);
      let change =
        Math.abs(gainOf(gradeI) - gainOf(gradeJ)) *
        Math.abs((discounts[i] as number) - (discounts[j] as number)) *
        inverse;
      if (isSpread) change /= LEAST_GAP + Math.abs(gap);
      const p = 1 / (1 + Math.exp(gap));
      const slope = p * change;
      const bend = p * (1 - p) * change;
      slopes[high] = (slopes[high] as number) - slope;
      slopes[low] = (slopes[low] as number) + slope;
      bends[high] = (bends[high] as number) + bend;
      bends[low] = (bends[low] as number) + bend;
      total += 2 * slope;
    }
  }
  // Queries of many pairs pull less than in proportion.
  const factor = total > 0 ? Math.log2(1 + total) / total : 1;
  for (let i = 0; i < size; i++) {
    const row = order[i] as number;
    gradients[row] = (slopes[i] as number) * factor;
    hessians[row] = (bends[i] as number) * factor;
  }
}

function checkGrades(y: Float64Array, { count, starts, rows }: Queries): void {
  const odd = y.find((grade) => !Number.isInteger(grade) || grade < 0 || grade > HIGHEST_GRADE);
  if (odd !== undefined) {
    throw new AssayError(
      'training/bad-target',
      `Grades to order by are whole numbers from 0 (not relevant) to ${HIGHEST_GRADE}; one is ${odd}.`,
    );
  }
  for (let q = 0; q < count; q++) {
    const first = y[rows[starts[q] as number] as number];
    for (let at = starts[q] as number; at < (starts[q + 1] as number); at++) {
      if (y[rows[at] as number] !== first) return;
    }
  }
  throw new AssayError(
    'training/bad-target',
    'In every query of the training rows all grades are the same: there is nothing to put in order. Is the group column the right one?',
  );
}
