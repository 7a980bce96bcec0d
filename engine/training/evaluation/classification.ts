import type { ClassificationEvaluation } from '../../../local-api/contract/index.ts';
import { calibrationOf } from './calibration.ts';
import { rankingOf } from './ranking.ts';

export type ClassificationAnswers = {
  classes: readonly string[];
  /** With two classes, the one that counts as positive; else null. */
  positive: string | null;
  /** Class index a row. */
  truth: Int32Array;
  /** Class index that the model gave as its label. */
  labels: Int32Array;
  /** Row-major [rows, classes]. */
  probabilities: Float32Array;
};

/** A probability of 0 for what happened would make the log loss infinite. */
const MIN_PROBABILITY = 1e-15;

/**
 * Scores the answers of a classifier. Two classes: ROC AUC, precision, recall and F1 of the positive class, Brier score of
 * its probability, calibration of it. More: AUC is the mean over one-against-the-rest, precision, recall and F1 are means
 * over the classes that occur in truth or answers, Brier sums over classes, ECE looks at the probability of the answered
 * class; no curves.
 * A metric that is not defined on these rows (AUC without a positive row) is left out. O(rows · classes + rows log rows).
 */
export function evaluateClassification(answers: ClassificationAnswers): ClassificationEvaluation {
  const { classes, positive, truth, probabilities } = answers;
  const k = classes.length;
  const rows = truth.length;
  const confusion = confusionOf(answers);
  const column = (c: number) =>
    Float64Array.from({ length: rows }, (_, i) => probabilities[i * k + c] as number);
  const isClass = (c: number) => Uint8Array.from(truth, (label) => (label === c ? 1 : 0));

  const common = {
    log_loss: logLoss(truth, probabilities, k),
    accuracy: classes.reduce((sum, _, c) => sum + (confusion[c]?.[c] ?? 0), 0) / rows,
  };
  const base = { task: 'classification' as const, rows, classes: [...classes], threshold: 0.5, confusion };
  if (k === 2 && positive !== null) {
    const c = classes.indexOf(positive);
    const p = column(c);
    const happened = isClass(c);
    const ranking = rankingOf(p, happened);
    const { ece, ...calibration } = calibrationOf(p, happened);
    return {
      ...base,
      positive,
      metrics: {
        ...(ranking ? { auc: ranking.auc } : {}),
        ...common,
        ...detection(confusion, c),
        brier: brier(truth, probabilities, k) / 2,
        ece,
      },
      roc: ranking?.roc ?? null,
      precisionRecall: ranking?.precisionRecall ?? null,
      calibration,
    };
  }
  const rankings = classes.map((_, c) => rankingOf(column(c), isClass(c)));
  const aucs = rankings.flatMap((ranking) => (ranking ? [ranking.auc] : []));
  const detections = classes.flatMap((_, c) => {
    const occurs = truth.includes(c) || answers.labels.includes(c);
    return occurs ? [detection(confusion, c)] : [];
  });
  return {
    ...base,
    positive: null,
    metrics: {
      ...(aucs.length > 0 ? { auc: mean(aucs) } : {}),
      ...common,
      f1: mean(detections.map(({ f1 }) => f1)),
      precision: mean(detections.map(({ precision }) => precision)),
      recall: mean(detections.map(({ recall }) => recall)),
      brier: brier(truth, probabilities, k),
      ece: topLabelError(answers, k),
    },
    roc: null,
    precisionRecall: null,
    calibration: null,
  };
}

function confusionOf({ classes, truth, labels }: ClassificationAnswers): number[][] {
  const counts = classes.map(() => classes.map(() => 0));
  truth.forEach((label, i) => {
    const row = counts[label];
    const answer = labels[i] as number;
    if (row) row[answer] = (row[answer] ?? 0) + 1;
  });
  return counts;
}

/** Precision, recall and F1 of one class; 0 where there is nothing to divide by. */
function detection(confusion: readonly (readonly number[])[], c: number) {
  const hits = confusion[c]?.[c] ?? 0;
  const actual = (confusion[c] ?? []).reduce((sum, count) => sum + count, 0);
  const answered = confusion.reduce((sum, row) => sum + (row[c] ?? 0), 0);
  return {
    f1: actual + answered > 0 ? (2 * hits) / (actual + answered) : 0,
    precision: answered > 0 ? hits / answered : 0,
    recall: actual > 0 ? hits / actual : 0,
  };
}

function logLoss(truth: Int32Array, probabilities: Float32Array, k: number): number {
  let sum = 0;
  truth.forEach((label, i) => {
    sum -= Math.log(Math.max(probabilities[i * k + label] as number, MIN_PROBABILITY));
  });
  return sum / truth.length;
}

/** Mean squared distance between the probabilities and the truth, summed over classes (Brier 1950). */
function brier(truth: Int32Array, probabilities: Float32Array, k: number): number {
  let sum = 0;
  truth.forEach((label, i) => {
    for (let c = 0; c < k; c++) sum += ((probabilities[i * k + c] as number) - (c === label ? 1 : 0)) ** 2;
  });
  return sum / truth.length;
}

function topLabelError({ truth, labels, probabilities }: ClassificationAnswers, k: number): number {
  const confidence = Float64Array.from(labels, (label, i) => probabilities[i * k + label] as number);
  const right = Uint8Array.from(labels, (label, i) => (label === truth[i] ? 1 : 0));
  return calibrationOf(confidence, right).ece;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
