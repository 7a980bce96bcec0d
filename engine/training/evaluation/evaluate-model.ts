import type {
  CalibrationMethod,
  ClassificationEvaluation,
  Evaluation,
  LearningCurve,
  Recipe,
  ThresholdChoice,
} from '../../../local-api/contract/index.ts';
import type { TrainingTable } from '../table.ts';
import { breather } from '../trainers/breathe.ts';
import { calibrationBins, reliabilityOf } from './calibration.ts';
import { type ClassificationAnswers, classMetrics, probabilitiesOf } from './class-metrics.ts';
import { evaluateClassification } from './classification.ts';
import { analyseErrors } from './errors.ts';
import { fairnessOf } from './fairness.ts';
import { figuresOf } from './figures.ts';
import { evenWeights, metricsOf } from './metric-set.ts';
import { evaluateRanking } from './ranking.ts';
import { evaluateRegression, residualsOf } from './regression.ts';
import { residualsByFeature } from './residuals-by-feature.ts';
import type { ScoredRows } from './scored-rows.ts';
import { type SliceOptions, sliceFigures } from './slices.ts';

export type EvaluationInput = {
  recipe: Pick<Recipe, 'evaluation' | 'seed'>;
  table: TrainingTable;
  /** The test rows, in the order of `scored`. */
  rows: Int32Array;
  /** What the finished file answers. */
  scored: ScoredRows;
  /** How much each of the test rows counts in the figures; null: all the same. */
  weights: Float64Array | null;
  threshold: number;
  /** Why it is this threshold; null where there is none to choose. */
  thresholdChoice: ThresholdChoice | null;
  /** What the model said before its probabilities were corrected; null where the recipe asks for no calibration. */
  uncalibrated: {
    asked: CalibrationMethod;
    method: Exclude<CalibrationMethod, 'auto'>;
    probabilities: Float32Array;
  } | null;
  learningCurve: LearningCurve | null;
  signal: AbortSignal;
};

/**
 * All that is told of a finished model: metrics with intervals, curves, slices, fairness, and where it goes wrong. Same input, same
 * evaluation. Cost: resamples × rows × classes, besides O(rows · log rows) a slice and a column. Errors: `jobs/cancelled`.
 */
export async function evaluateModel(input: EvaluationInput): Promise<Evaluation> {
  const { recipe, table, rows, scored, weights, learningCurve, signal } = input;
  const { confidence, resamples, slices, smallGroup } = recipe.evaluation;
  const { pause } = breather(signal);
  const options: SliceOptions = {
    confidence,
    resamples,
    seed: recipe.seed,
    pause,
    table,
    rows,
    scored,
    weights,
    smallGroup,
  };
  const base = await baseOf(input, options);
  await pause();
  const { intervals, drawnRows } = await figuresOf(scored, weights, options);
  const told = await sliceFigures(slices, options);
  await pause();
  return {
    ...base,
    intervals,
    intervalsBy: { confidence, resamples, rows: drawnRows },
    ...(weights === null ? {} : { isWeighted: true }),
    slices: told,
    errors: analyseErrors(table, rows, scored),
    ...(learningCurve === null ? {} : { learningCurve }),
  };
}

async function baseOf(input: EvaluationInput, options: SliceOptions): Promise<Evaluation> {
  const { scored, table, rows, weights } = input;
  switch (scored.task) {
    case 'classification':
      return ofClasses(input, scored, options);
    case 'regression':
      return {
        ...evaluateRegression(scored, weights),
        residualsByFeature: residualsByFeature(table, rows, residualsOf(scored), options.confidence),
      };
    case 'ranking':
      return evaluateRanking(scored, weights);
  }
}

async function ofClasses(
  { recipe, threshold, thresholdChoice, uncalibrated, weights }: EvaluationInput,
  answers: ClassificationAnswers,
  options: SliceOptions,
): Promise<ClassificationEvaluation> {
  const { fairness } = recipe.evaluation;
  return {
    ...evaluateClassification(answers, threshold, weights),
    ...(thresholdChoice === null ? {} : { thresholdChoice }),
    ...(uncalibrated === null ? {} : { calibrator: withoutCalibration(uncalibrated, answers, weights) }),
    ...(answers.positive === null ? {} : { fairness: await fairnessOf(fairness, answers, options) }),
  };
}

function withoutCalibration(
  { asked, method, probabilities }: NonNullable<EvaluationInput['uncalibrated']>,
  answers: ClassificationAnswers,
  weights: Float64Array | null,
): NonNullable<ClassificationEvaluation['calibrator']> {
  const before = { ...answers, probabilities };
  const even = evenWeights(answers.truth.length);
  const { log_loss, brier, ece } = metricsOf(classMetrics(before), weights ?? even);
  const c = answers.classes.indexOf(answers.positive ?? '');
  const happened = Uint8Array.from(answers.truth, (label) => (label === c ? 1 : 0));
  return {
    asked,
    method,
    before: Object.fromEntries(
      Object.entries({ log_loss, brier, ece }).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value]],
      ),
    ),
    calibrationBefore:
      c < 0 ? null : reliabilityOf(calibrationBins(probabilitiesOf(before, c), happened), even).curve,
  };
}
