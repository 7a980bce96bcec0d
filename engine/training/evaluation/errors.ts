import type { ErrorAnalysis, WorstRow } from '../../../local-api/contract/index.ts';
import type { TrainingTable } from '../table.ts';
import { logLosses } from './class-metrics.ts';
import { errorTree } from './error-tree.ts';
import { fallingOrder } from './falling-order.ts';
import { orderLosses } from './ranking.ts';
import { residualsOf } from './regression.ts';
import type { ScoredRows } from './scored-rows.ts';

const WORST_ROWS = 50;
const LEAST_LEAF_ROWS = 20;
const LEAST_LEAF_SHARE = 0.02;
/** A segment is told when its mean loss is so many times that of all rows. */
const HIGH = 1.2;
const MOST_SEGMENTS = 8;

/**
 * Where a model goes wrong: the rows of highest loss, and the parts of the data where losses are high, found by a shallow tree over
 * the raw columns. The loss is −log(probability of the truth), the absolute error, or 1 − NDCG of the query of the row. The parts were looked for on these very rows,
 * so that their losses are somewhat exaggerated. Cost: rows × columns.
 */
export function analyseErrors(table: TrainingTable, rows: Int32Array, scored: ScoredRows): ErrorAnalysis {
  const losses = lossesOf(scored);
  const total = losses.reduce((sum, loss) => sum + loss, 0);
  const meanLoss = total / rows.length;
  const order = fallingOrder(losses);
  const leastRows = Math.max(LEAST_LEAF_ROWS, Math.ceil(LEAST_LEAF_SHARE * rows.length));
  const columns = [...table.columns, ...table.extras];
  const segments = errorTree(columns, rows, losses, leastRows).map(({ conditions, rows: places }) => {
    const loss = places.reduce((sum, place) => sum + (losses[place] as number), 0);
    return {
      conditions,
      rows: places.length,
      loss: loss / places.length,
      errorRate: errorRate(scored, places),
      lossShare: total > 0 ? loss / total : 0,
    };
  });
  return {
    meanLoss,
    worst: Array.from(order.subarray(0, WORST_ROWS), (place) => worstRow(table, rows, scored, losses, place)),
    segments: segments
      .filter(({ conditions, loss }) => conditions.length > 0 && loss > HIGH * meanLoss)
      .sort((a, b) => b.loss - a.loss)
      .slice(0, MOST_SEGMENTS),
  };
}

function lossesOf(scored: ScoredRows): Float64Array {
  switch (scored.task) {
    case 'classification':
      return logLosses(scored);
    case 'regression':
      return residualsOf(scored).map(Math.abs);
    case 'ranking':
      return orderLosses(scored);
  }
}

function errorRate(scored: ScoredRows, places: readonly number[]): number | null {
  if (scored.task !== 'classification') return null;
  return places.filter((place) => scored.labels[place] !== scored.truth[place]).length / places.length;
}

function worstRow(
  table: TrainingTable,
  rows: Int32Array,
  scored: ScoredRows,
  losses: Float64Array,
  place: number,
): WorstRow {
  const row = table.sourceRows[rows[place] as number] as number;
  const loss = losses[place] as number;
  if (scored.task !== 'classification') {
    const [truth, answer] = [scored.truth[place] as number, scored.values[place] as number];
    return { row, place, truth, answer, probability: null, loss };
  }
  const { classes, probabilities } = scored;
  const truth = scored.truth[place] as number;
  return {
    row,
    place,
    truth: classes[truth] ?? '',
    answer: classes[scored.labels[place] as number] ?? '',
    probability: probabilities[place * classes.length + truth] as number,
    loss,
  };
}
