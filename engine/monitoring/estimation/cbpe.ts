/** Answers of a classifier. Probabilities are row-major [rows, classes]; labels are places in the classes. */
export type ClassAnswers = {
  rows: number;
  classes: number;
  /** Place of the positive class of two; −1: means over all classes. */
  positive: number;
  labels: Int32Array;
  /** As the model gave them: the order by which rows are cut. */
  scores: Float32Array;
  /** How likely each class really is: calibrated. */
  chances: Float64Array;
};

export const cbpeMetrics = [
  'accuracy',
  'auc',
  'f1',
  'precision',
  'recall',
  'specificity',
  'average_precision',
] as const;
export type CbpeMetric = (typeof cbpeMetrics)[number];

/**
 * The expected metrics of a classifier whose probabilities are right: confidence-based performance estimation, as NannyML
 * describes it. An answer of class c is right with the chance of c, so the cells of the confusion matrix are sums of chances, at
 * any cut. Two classes: of the positive one; more: means over the classes, one against the rest. NaN where a metric asks for a
 * class that is never likely nor answered.
 *
 * Holds while the relation of inputs and truth stays as it was (covariate shift alone). O(rows · classes · log rows).
 */
export function confidenceBasedEstimate(answers: ClassAnswers): Record<CbpeMetric, number> {
  const { rows, classes, positive, labels, chances } = answers;
  let right = 0;
  for (let row = 0; row < rows; row++) {
    const label = labels[row] as number;
    if (label >= 0) right += chances[row * classes + label] as number;
  }
  const places = positive >= 0 ? [positive] : Array.from({ length: classes }, (_, c) => c);
  const byClass = places.map((c) => ({ ...ofClass(answers, c), ...ranking(answers, c) }));
  const mean = (value: (one: (typeof byClass)[number]) => number) => {
    const defined = byClass.map(value).filter((one) => !Number.isNaN(one));
    return defined.reduce((sum, one) => sum + one, 0) / defined.length;
  };
  return {
    accuracy: right / rows,
    auc: mean(({ auc }) => auc),
    f1: mean(({ f1 }) => f1),
    precision: mean(({ precision }) => precision),
    recall: mean(({ recall }) => recall),
    specificity: mean(({ specificity }) => specificity),
    average_precision: mean(({ averagePrecision }) => averagePrecision),
  };
}

/** Expected cells of one class against the rest, and what follows from them. */
function ofClass({ rows, classes, labels, chances }: ClassAnswers, c: number) {
  let [tp, fp, fn, tn] = [0, 0, 0, 0];
  for (let row = 0; row < rows; row++) {
    const chance = chances[row * classes + c] as number;
    if (labels[row] === c) {
      tp += chance;
      fp += 1 - chance;
    } else {
      fn += chance;
      tn += 1 - chance;
    }
  }
  return {
    precision: ratio(tp, tp + fp),
    recall: ratio(tp, tp + fn),
    f1: ratio(2 * tp, 2 * tp + fp + fn),
    specificity: ratio(tn, tn + fp),
  };
}

/** The four sums at every distinct score as the cut: the area under the curve of true over false positive rates. */
function ranking({ rows, classes, scores, chances }: ClassAnswers, c: number) {
  const score = (row: number) => scores[row * classes + c] as number;
  const order = Uint32Array.from({ length: rows }, (_, i) => i).sort((a, b) => score(b) - score(a) || a - b);
  let [positives, negatives] = [0, 0];
  for (let row = 0; row < rows; row++) {
    const chance = chances[row * classes + c] as number;
    positives += chance;
    negatives += 1 - chance;
  }
  if (!(positives > 0 && negatives > 0)) return { auc: Number.NaN, averagePrecision: Number.NaN };
  let [tp, fp, area, averagePrecision] = [0, 0, 0, 0];
  for (let place = 0; place < rows; ) {
    const cut = score(order[place] as number);
    const [hitsBefore, missesBefore] = [tp, fp];
    for (; place < rows && score(order[place] as number) === cut; place++) {
      const chance = chances[(order[place] as number) * classes + c] as number;
      tp += chance;
      fp += 1 - chance;
    }
    area += ((fp - missesBefore) * (tp + hitsBefore)) / 2;
    averagePrecision += ((tp - hitsBefore) / positives) * (tp / (tp + fp));
  }
  return { auc: area / (positives * negatives), averagePrecision };
}

function ratio(part: number, whole: number): number {
  return whole > 0 ? part / whole : Number.NaN;
}
