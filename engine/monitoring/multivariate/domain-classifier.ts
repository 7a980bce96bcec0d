import type { GbdtTrainer } from '../../../local-api/contract/index.ts';
import { normalSurvival, seededRandom, shuffle } from '../../statistics/index.ts';
import { aucInterval, aucVariance, gbdtTrainer, rankFigures, rankRows } from '../../training/index.ts';
import type { JointMatrix } from './joint-matrix.ts';

export type TellingApart = {
  auc: number;
  low: number;
  high: number;
  /** That nothing tells the windows apart. */
  pValue: number;
  /** Share of what told them apart, by column of the matrix. */
  importances: Float64Array;
};

const FOLDS = 5;
const CONFIDENCE = 0.95;
const settings: Partial<GbdtTrainer> & { kind: 'gbdt' } = {
  kind: 'gbdt',
  trees: 60,
  learningRate: 0.1,
  leaves: 15,
  minLeafRows: 20,
  bins: 63,
  columnSample: 0.8,
  earlyStoppingRounds: 0,
  categories: 'native',
};

/**
 * How well boosted trees tell the rows of two windows apart: the area under the ROC curve of their answers for rows of folds that
 * they were not grown on (five, each with its share of both windows), DeLong's interval, and the p-value of the area being 0.5.
 * Such a classifier sees changes of how columns go together that no look at single columns shows (Rabanser et al. 2019, "Failing
 * loudly"). Same rows and seed, same answer. Cost: five fits of 60 small trees.
 */
export async function tellApart(
  matrix: JointMatrix,
  { seed, signal, onFold }: { seed: number; signal: AbortSignal; onFold(done: number): void },
): Promise<TellingApart> {
  const { n, width, reference } = matrix;
  const folds = stratifiedFolds(n, reference, seed);
  const scores = new Float64Array(n);
  const importances = new Float64Array(width);
  for (let fold = 0; fold < FOLDS; fold++) {
    signal.throwIfAborted();
    onFold(fold / FOLDS);
    const train = rowsWhere(folds, (of) => of !== fold);
    const held = rowsWhere(folds, (of) => of === fold);
    const model = await gbdtTrainer.fit({
      ...part(matrix, train),
      task: 'classification',
      width,
      columns: matrix.columns,
      classes: 2,
      positiveClass: 1,
      validation: part(matrix, new Int32Array(0)),
      seed: seed + fold,
      settings,
      report: () => undefined,
      signal,
    });
    const answers = model.predict(part(matrix, held).x, held.length);
    for (const [i, row] of held.entries()) scores[row] = answers[i * 2 + 1] as number;
    model.importance?.forEach((gain, column) => {
      importances[column] = (importances[column] as number) + gain;
    });
  }
  const total = importances.reduce((sum, gain) => sum + gain, 0);
  return {
    ...areaOf(scores, (row) => row >= reference),
    importances: importances.map((gain) => (total > 0 ? gain / total : 0)),
  };
}

/** The area under the ROC curve of some scores, with DeLong's interval and the p-value of it being no more than 0.5. */
export function areaOf(
  scores: Float64Array,
  isCurrent: (row: number) => boolean,
): Omit<TellingApart, 'importances'> {
  const ranked = rankRows(scores, isCurrent);
  const { auc } = rankFigures(ranked, new Float64Array(scores.length).fill(1));
  return withInterval(auc, aucVariance(ranked) ?? Number.NaN);
}

function withInterval(auc: number, variance: number): Omit<TellingApart, 'importances'> {
  if (!Number.isFinite(auc) || !Number.isFinite(variance)) return { auc: 0.5, low: 0, high: 1, pValue: 1 };
  const bounds = aucInterval(auc, variance, CONFIDENCE) ?? { low: auc, high: auc };
  const error = Math.sqrt(Math.max(variance, 1e-12));
  return { auc, low: bounds.low, high: bounds.high, pValue: normalSurvival((auc - 0.5) / error) };
}

/**
 * The same of scores from models that each learnt on the other folds: the mean over the folds, with the variance of one fold. Folds
 * that learn from each other's rows err together, so that their mean is no surer than one of them.
 */
export function areaOfFolds(
  scores: Float64Array,
  folds: Uint8Array,
  isCurrent: (row: number) => boolean,
): Omit<TellingApart, 'importances'> {
  const count = folds.reduce((most, fold) => Math.max(most, fold), 0) + 1;
  let [auc, variance] = [0, 0];
  for (let fold = 0; fold < count; fold++) {
    const rows = rowsWhere(folds, (of) => of === fold);
    const ranked = rankRows(
      Float64Array.from(rows, (row) => scores[row] as number),
      (i) => isCurrent(rows[i] as number),
    );
    auc += rankFigures(ranked, new Float64Array(rows.length).fill(1)).auc / count;
    variance += (aucVariance(ranked) ?? Number.NaN) / count;
  }
  return withInterval(auc, variance);
}

/** A fold a row; each has its share of both windows. */
export function stratifiedFolds(n: number, reference: number, seed: number, folds = FOLDS): Uint8Array {
  const fold = new Uint8Array(n);
  const random = seededRandom(seed, 'domain/folds');
  for (const [from, to] of [
    [0, reference],
    [reference, n],
  ] as const) {
    const order = Int32Array.from({ length: to - from }, (_, i) => from + i);
    shuffle(order, random);
    order.forEach((row, place) => {
      fold[row] = place % folds;
    });
  }
  return fold;
}

function rowsWhere(folds: Uint8Array, isKept: (fold: number) => boolean): Int32Array {
  const rows: number[] = [];
  folds.forEach((fold, row) => {
    if (isKept(fold)) rows.push(row);
  });
  return Int32Array.from(rows);
}

function part({ x, width, reference }: JointMatrix, rows: Int32Array) {
  const picked = new Float32Array(rows.length * width);
  rows.forEach((row, i) => {
    picked.set(x.subarray(row * width, (row + 1) * width), i * width);
  });
  const y = Float64Array.from(rows, (row) => (row >= reference ? 1 : 0));
  return { x: picked, y, n: rows.length, weights: null };
}
