import type { ClassFigures, ClassificationEvaluation } from '../../../local-api/contract/index.ts';
import { calibrationBins, reliabilityOf } from './calibration.ts';
import {
  type ClassificationAnswers,
  classMetrics,
  confusionFigures,
  probabilitiesOf,
} from './class-metrics.ts';
import { evenWeights, metricsOf } from './metric-set.ts';
import { gainCurve, precisionRecallCurve, rocCurve, thresholdCounts } from './rank-curves.ts';
import { type RankedRows, rankFigures, rankRows } from './rank-figures.ts';

/** Classes that get curves of their own. */
const MOST_CURVES = 10;

/**
 * Scores the answers of a classifier by the metrics of `classMetrics`, with confusion matrix, figures a class, and for two
 * classes curves of the positive one. Metrics count by weight, all else by rows. A metric that is not defined on these rows
 * (AUC without a positive row) is left out. O(rows · classes · log rows).
 */
export function evaluateClassification(
  answers: ClassificationAnswers,
  threshold = 0.5,
  weights: Float64Array | null = null,
): ClassificationEvaluation {
  const { classes, positive, truth } = answers;
  const k = classes.length;
  const rows = truth.length;
  const even = evenWeights(rows);
  const confusion = confusionOf(answers);
  const metrics = metricsOf(classMetrics(answers), weights ?? even);
  const base = {
    task: 'classification' as const,
    rows,
    classes: [...classes],
    metrics,
    threshold,
    confusion,
  };
  if (k !== 2 || positive === null) {
    const perClass = figuresOfClasses(answers, confusion, null);
    return {
      ...base,
      positive: null,
      roc: null,
      precisionRecall: null,
      calibration: null,
      gain: null,
      perClass,
    };
  }
  const c = classes.indexOf(positive);
  const scores = probabilitiesOf(answers, c);
  const ranked = rankRows(scores, (row) => truth[row] === c);
  const hasBoth = ranked.isHit.includes(1) && ranked.isHit.includes(0);
  const happened = Uint8Array.from(truth, (label) => (label === c ? 1 : 0));
  const { curve, parts } = reliabilityOf(calibrationBins(scores, happened), even);
  return {
    ...base,
    positive,
    roc: hasBoth ? rocCurve(ranked) : null,
    precisionRecall: hasBoth ? precisionRecallCurve(ranked) : null,
    gain: hasBoth ? gainCurve(ranked) : null,
    calibration: curve,
    brierParts: parts,
    thresholds: thresholdCounts(ranked, scores, threshold),
    perClass: figuresOfClasses(answers, confusion, { ranked, of: c }),
  };
}

export function confusionOf({ classes, truth, labels }: ClassificationAnswers): number[][] {
  const counts = classes.map(() => classes.map(() => 0));
  truth.forEach((label, i) => {
    const row = counts[label];
    const answer = labels[i] as number;
    if (row) row[answer] = (row[answer] ?? 0) + 1;
  });
  return counts;
}

function figuresOfClasses(
  answers: ClassificationAnswers,
  confusion: readonly (readonly number[])[],
  known: { ranked: RankedRows; of: number } | null,
): ClassFigures[] {
  const { classes, truth } = answers;
  const { classes: counted } = confusionFigures(confusion.flat(), classes.length);
  const even = evenWeights(truth.length);
  // With two classes the curves stand in the evaluation itself.
  const hasCurves = classes.length > 2 && classes.length <= MOST_CURVES;
  return counted.map(({ actual, answered, precision, recall, f1 }, c) => {
    const ranked =
      known?.of === c ? known.ranked : rankRows(probabilitiesOf(answers, c), (row) => truth[row] === c);
    const { auc, averagePrecision } = rankFigures(ranked, even);
    const isDefined = !Number.isNaN(auc);
    const curve = (of: (ranked: RankedRows) => ReturnType<typeof rocCurve>) =>
      hasCurves && isDefined ? of(ranked) : null;
    return {
      name: classes[c] ?? '',
      rows: actual,
      answered,
      metrics: { precision, recall, f1, ...(isDefined && { auc, average_precision: averagePrecision }) },
      roc: curve(rocCurve),
      precisionRecall: curve(precisionRecallCurve),
    };
  });
}
