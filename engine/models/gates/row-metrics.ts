import type { RowMetric } from '../../../local-api/contract/index.ts';

/** Answers of a model beside the truth, class indices by the order of `classes`. */
export type ScoredRows =
  | {
      task: 'classification';
      classes: readonly string[];
      positive: string | null;
      truth: Int32Array;
      labels: Int32Array;
      /** Row-major [rows, classes]. */
      probabilities: Float32Array;
    }
  | { task: 'regression'; truth: Float64Array; values: Float32Array };

/** How often each row counts: all once, those of a slice, or as often as a resample drew them. */
export type Weights = ArrayLike<number>;

/** A metric as a function of weights, NaN where they leave it undefined. O(rows · classes) a call. */
export type WeightedMetric = (weights: Weights) => number;

type Classified = Extract<ScoredRows, { task: 'classification' }>;
type Regressed = Extract<ScoredRows, { task: 'regression' }>;

const MIN_PROBABILITY = 1e-15;

/** Whether larger is better. */
export const isHigherBetter: Record<RowMetric, boolean> = {
  accuracy: true,
  auc: true,
  f1: true,
  precision: true,
  recall: true,
  r2: true,
  log_loss: false,
  brier: false,
  rmse: false,
  mae: false,
};

/**
 * A metric of scored rows, defined as the evaluation of a training defines it; null when the metric is not one of the task.
 * What does not hang on the weights (losses a row, the order by score) is worked out once.
 */
export function weightedMetric(metric: RowMetric, rows: ScoredRows): WeightedMetric | null {
  return rows.task === 'classification' ? ofClasses(metric, rows) : ofNumbers(metric, rows);
}

function ofNumbers(metric: RowMetric, { truth, values }: Regressed): WeightedMetric | null {
  const residuals = truth.map((value, i) => value - (values[i] as number));
  if (metric === 'mae') return weightedMean(residuals.map(Math.abs));
  const squares = residuals.map((residual) => residual ** 2);
  const mse = weightedMean(squares);
  if (metric === 'rmse') return (weights) => Math.sqrt(mse(weights));
  if (metric !== 'r2') return null;
  const meanTruth = weightedMean(truth);
  return (weights) => {
    const center = meanTruth(weights);
    let spread = 0;
    let missed = 0;
    for (let i = 0; i < truth.length; i++) {
      const weight = weights[i] as number;
      spread += weight * ((truth[i] as number) - center) ** 2;
      missed += weight * (squares[i] as number);
    }
    return spread > 0 ? 1 - missed / spread : Number.NaN;
  };
}

function ofClasses(metric: RowMetric, rows: Classified): WeightedMetric | null {
  const { classes, truth, labels, probabilities, positive } = rows;
  const k = classes.length;
  const each = (value: (row: number) => number) => weightedMean(Float64Array.from(truth, (_, i) => value(i)));
  // A truth that is no class of the model (−1) had no chance.
  const p = (row: number, c: number) => (c < 0 ? 0 : (probabilities[row * k + c] as number));
  switch (metric) {
    case 'accuracy':
      return each((i) => (labels[i] === truth[i] ? 1 : 0));
    case 'log_loss':
      return each((i) => -Math.log(Math.max(p(i, truth[i] as number), MIN_PROBABILITY)));
    case 'brier':
      return each((i) => {
        let sum = 0;
        for (let c = 0; c < k; c++) sum += (p(i, c) - (c === truth[i] ? 1 : 0)) ** 2;
        return k === 2 && positive !== null ? sum / 2 : sum;
      });
    case 'auc':
      return ofEachClass(rows, (c) =>
        weightedAuc(
          Float64Array.from(truth, (_, i) => p(i, c)),
          truth,
          c,
        ),
      );
    case 'f1':
    case 'precision':
    case 'recall':
      return ofEachClass(rows, (c) => weightedDetection(metric, rows, c));
    case 'rmse':
    case 'mae':
    case 'r2':
      return null;
  }
}

/** The metric of the positive class, or the mean over the classes for which it is defined. */
function ofEachClass({ classes, positive }: Classified, one: (c: number) => WeightedMetric): WeightedMetric {
  if (classes.length === 2 && positive !== null) return one(classes.indexOf(positive));
  const metrics = classes.map((_, c) => one(c));
  return (weights) => {
    const defined = metrics.map((metric) => metric(weights)).filter((value) => !Number.isNaN(value));
    return defined.reduce((sum, value) => sum + value, 0) / defined.length;
  };
}

/** The area under the ROC curve, ties counted half (Mann–Whitney). The order by score is made once. */
function weightedAuc(scores: Float64Array, truth: Int32Array, c: number): WeightedMetric {
  const order = Int32Array.from(scores, (_, i) => i).sort(
    (a, b) => (scores[a] as number) - (scores[b] as number),
  );
  return (weights) => {
    let negativesBelow = 0;
    let pairs = 0;
    let positives = 0;
    for (let start = 0; start < order.length; ) {
      const score = scores[order[start] as number];
      let tiedPositives = 0;
      let tiedNegatives = 0;
      let end = start;
      for (; end < order.length && scores[order[end] as number] === score; end++) {
        const row = order[end] as number;
        const weight = weights[row] as number;
        if (truth[row] === c) tiedPositives += weight;
        else tiedNegatives += weight;
      }
      pairs += tiedPositives * (negativesBelow + tiedNegatives / 2);
      positives += tiedPositives;
      negativesBelow += tiedNegatives;
      start = end;
    }
    return pairs / (positives * negativesBelow);
  };
}

/** Precision, recall or F1 of one class: 0 where there is nothing to divide by, NaN for a class that does not occur. */
function weightedDetection(
  metric: 'f1' | 'precision' | 'recall',
  { truth, labels }: Classified,
  c: number,
): WeightedMetric {
  return (weights) => {
    let hits = 0;
    let actual = 0;
    let answered = 0;
    for (let i = 0; i < truth.length; i++) {
      const weight = weights[i] as number;
      if (truth[i] === c) actual += weight;
      if (labels[i] === c) answered += weight;
      if (truth[i] === c && labels[i] === c) hits += weight;
    }
    if (actual + answered === 0) return Number.NaN;
    if (metric === 'f1') return (2 * hits) / (actual + answered);
    const of = metric === 'precision' ? answered : actual;
    return of > 0 ? hits / of : 0;
  };
}

function weightedMean(values: Float64Array): WeightedMetric {
  return (weights) => {
    let sum = 0;
    let total = 0;
    for (let i = 0; i < values.length; i++) {
      const weight = weights[i] as number;
      sum += weight * (values[i] as number);
      total += weight;
    }
    return sum / total;
  };
}
