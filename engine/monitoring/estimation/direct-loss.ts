import { gbdtTrainer } from '../../training/index.ts';
import type { JointMatrix } from '../multivariate/joint-matrix.ts';

export const lossMetrics = ['mae', 'mse', 'rmse', 'mape', 'rmsle'] as const;
export type LossMetric = (typeof lossMetrics)[number];

/** What was learnt of one kind of loss: what the trees tell of each current row, and how it was on the reference. */
export type LearntLoss = {
  metrics: { metric: LossMetric; root: boolean }[];
  /** Of each current row. */
  told: Float32Array;
  reference: { mean: number; spread: number };
};

export type LossEstimate = {
  metric: LossMetric;
  reference: number;
  estimate: number;
  /** Standard error of the metric on as many rows. */
  error: number;
};

type RowLoss = {
  loss(truth: number, answer: number): number;
  metrics: { metric: LossMetric; root: boolean }[];
};

const settings = {
  kind: 'gbdt',
  trees: 100,
  learningRate: 0.1,
  leaves: 31,
  earlyStoppingRounds: 0,
  categories: 'native',
} as const;

/** A relative error of something smaller than this would be of any size. */
const LEAST_TRUTH = 1e-9;

const losses: readonly (RowLoss & { fits(values: ArrayLike<number>): boolean })[] = [
  {
    loss: (truth, answer) => Math.abs(truth - answer),
    metrics: [{ metric: 'mae', root: false }],
    fits: () => true,
  },
  {
    loss: (truth, answer) => (truth - answer) ** 2,
    metrics: [
      { metric: 'mse', root: false },
      { metric: 'rmse', root: true },
    ],
    fits: () => true,
  },
  {
    loss: (truth, answer) => Math.abs((truth - answer) / truth),
    metrics: [{ metric: 'mape', root: false }],
    fits: (truths) => Array.from(truths).every((truth) => Math.abs(truth) > LEAST_TRUTH),
  },
  {
    loss: (truth, answer) => (Math.log1p(truth) - Math.log1p(Math.max(0, answer))) ** 2,
    metrics: [{ metric: 'rmsle', root: true }],
    fits: (truths) => Array.from(truths).every((truth) => truth >= 0),
  },
];

/**
 * The expected error of a regression on rows without truth: a model learns on the reference which rows are hard (the loss of a
 * row from its columns and the answer), and its answers for the current rows are averaged; direct loss estimation, as NannyML
 * describes it, with our own boosted trees, one for each kind of loss. `matrix` holds both windows and has the answer of the model
 * as a column; `truth` and `answers` are those of the reference, NaN where the truth is not known.
 *
 * Holds while the relation of inputs and truth stays as it was. Cost: at most four fits of a hundred trees.
 */
export async function learnLosses(
  matrix: JointMatrix,
  truth: Float64Array,
  answers: Float64Array,
  { seed, signal }: { seed: number; signal: AbortSignal },
): Promise<LearntLoss[]> {
  const { x, n, width, reference } = matrix;
  const known = Array.from(truth.keys()).filter((row) => Number.isFinite(truth[row]));
  const truths = known.map((row) => truth[row] as number);
  const train = new Float32Array(known.length * width);
  known.forEach((row, i) => {
    train.set(x.subarray(row * width, (row + 1) * width), i * width);
  });
  const learnt: LearntLoss[] = [];
  for (const { loss, metrics, fits } of losses) {
    if (!fits(truths)) continue;
    signal.throwIfAborted();
    const y = Float64Array.from(known, (row) => loss(truth[row] as number, answers[row] as number));
    const model = await gbdtTrainer.fit({
      x: train,
      y,
      n: known.length,
      weights: null,
      task: 'regression',
      width,
      columns: matrix.columns,
      classes: 0,
      positiveClass: -1,
      validation: { x: new Float32Array(0), y: new Float64Array(0), n: 0, weights: null },
      seed,
      settings,
      report: () => undefined,
      signal,
    });
    const mean = y.reduce((total, value) => total + value, 0) / y.length;
    const squares = y.reduce((total, value) => total + (value - mean) ** 2, 0);
    learnt.push({
      metrics,
      told: model.predict(x.subarray(reference * width), n - reference),
      reference: { mean, spread: Math.sqrt(squares / Math.max(1, y.length - 1)) },
    });
  }
  return learnt;
}

/** The metrics expected of some of the current rows; of all when none are named. */
export function lossEstimates(learnt: readonly LearntLoss[], rows?: ArrayLike<number>): LossEstimate[] {
  return learnt.flatMap(({ metrics, told, reference }) => {
    const count = rows?.length ?? told.length;
    // A loss is never negative, whatever the trees make of rows at the edge.
    let sum = 0;
    for (let i = 0; i < count; i++)
      sum += Math.max(0, told[rows === undefined ? i : (rows[i] as number)] as number);
    const mean = sum / count;
    const error = reference.spread / Math.sqrt(count);
    return metrics.map(({ metric, root }) => ({
      metric,
      reference: root ? Math.sqrt(reference.mean) : reference.mean,
      estimate: root ? Math.sqrt(mean) : mean,
      // The error of a root: that of the mean times its slope.
      error: root ? error / (2 * Math.sqrt(Math.max(mean, 1e-300))) : error,
    }));
  });
}
