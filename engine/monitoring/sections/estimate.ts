import type { EstimatedMetric, PerformanceEstimate } from '../../../local-api/contract/index.ts';
import { calibrateScores, type ScoreCalibration } from '../estimation/calibrate-scores.ts';
import { type CbpeMetric, cbpeMetrics, confidenceBasedEstimate } from '../estimation/cbpe.ts';
import { learnLosses, lossEstimates } from '../estimation/direct-loss.ts';
import type { JointMatrix } from '../multivariate/joint-matrix.ts';
import { jointMatrix } from '../multivariate/joint-matrix.ts';
import type { Frame } from '../windows/frame.ts';
import { figure } from './concept.ts';
import { drawWindowMetrics, isHigherBetter, type MetricDraws, spreadOf } from './metric-draws.ts';
import { knownRows, type ScoredWindow } from './score-window.ts';

type ClassWindow = Extract<ScoredWindow, { task: 'classification' }>;
type NumberWindow = Extract<ScoredWindow, { task: 'number' }>;

/** Standard errors that a band holds. */
const BAND = 3;
const FEWEST_ROWS = 20;
const LEAST_TRUTHS = 100;
/** Metrics that say how good a model is; the others say in which way. */
const mainMetrics = new Set(['auc', 'accuracy', 'f1', 'mae', 'rmse']);

export type EstimateInput = {
  reference: { frame: Frame; scored: ScoredWindow };
  current: { frame: Frame; scored: ScoredWindow };
  /** Inputs of the model. */
  inputs: readonly string[];
  seed: number;
  signal: AbortSignal;
};

/**
 * How good the model should be on the current rows, without their truth: CBPE for classes, DLE for numbers. Bands are three
 * standard errors of the metric on as many rows, from the bootstrap of the reference. An alert: the estimate is further from the
 * reference than three standard errors of their difference.
 */
export async function estimatePerformance(
  input: EstimateInput | null,
  why: string,
): Promise<PerformanceEstimate> {
  if (input === null) return { status: 'skipped', reason: why };
  const { reference, current, seed } = input;
  const truths = knownRows(reference.scored).length;
  if (truths < LEAST_TRUTHS) {
    return {
      status: 'skipped',
      reason: `Only ${truths} true values are known in the reference; ${LEAST_TRUTHS} are needed to learn from. The test rows of the model have them.`,
    };
  }
  if (current.scored.rows < FEWEST_ROWS) {
    return { status: 'skipped', reason: `Only ${current.scored.rows} current rows: too few to estimate.` };
  }
  const draws = drawWindowMetrics(reference.scored, seed);
  const realised = drawWindowMetrics(current.scored, seed + 1);
  if (draws === null) return { status: 'skipped', reason: 'Too few true values are known in the reference.' };
  const estimated =
    reference.scored.task === 'classification' && current.scored.task === 'classification'
      ? estimateClasses(reference.scored, current.scored, draws, realised, seed)
      : reference.scored.task === 'number' && current.scored.task === 'number'
        ? await estimateNumbers(input, realised)
        : null;
  if (estimated === null) return { status: 'skipped', reason: 'The windows answer different questions.' };
  const main = estimated.metrics.filter(({ metric }) => mainMetrics.has(metric));
  return {
    status: 'done',
    drifted: main.some(isWorse),
    finding: sentence(main),
    rows: { reference: truths, current: current.scored.rows },
    ...estimated,
  };
}

/** Whether a metric should be worse than on the reference. */
export function isWorse({ alert, estimate, reference, higherIsBetter }: EstimatedMetric): boolean {
  return alert && (estimate ?? 0) < (reference ?? 0) === higherIsBetter;
}

function sentence(metrics: readonly EstimatedMetric[]): string {
  const worse = metrics.find(isWorse);
  const shown = worse ?? metrics.find(({ alert }) => alert) ?? metrics[0];
  if (shown === undefined) return 'No metric could be estimated.';
  const size = `${shown.metric} ${figure(shown.estimate)} instead of ${figure(shown.reference)}`;
  if (!shown.alert) return `The model should be as good as before: ${size}.`;
  return `The model should be ${worse === undefined ? 'better' : 'worse'} on these rows: ${size}, if inputs alone have changed.`;
}

/** What CBPE learns from the reference. */
export function learnCalibration(reference: ClassWindow, seed: number): ScoreCalibration[] {
  const known = knownRows(reference);
  const k = reference.classes.length;
  const places = calibratedPlaces(reference);
  return places.map((c) =>
    calibrateScores(
      Float64Array.from(known, (row) => reference.probabilities[row * k + c] as number),
      Uint8Array.from(known, (row) => (reference.truth[row] === c ? 1 : 0)),
      seed,
    ),
  );
}

/** Of two classes one is calibrated: the other is the rest. */
function calibratedPlaces({ classes, positive }: ClassWindow): number[] {
  if (positive !== null && classes.length === 2) return [Math.max(0, classes.indexOf(positive))];
  return classes.map((_, c) => c);
}

/** The chances of the classes, calibrated, and brought to a sum of 1. */
export function chancesOf(window: ClassWindow, calibrations: readonly ScoreCalibration[]): Float64Array {
  const k = window.classes.length;
  const places = calibratedPlaces(window);
  const chances = new Float64Array(window.rows * k);
  for (let row = 0; row < window.rows; row++) {
    const at = row * k;
    let sum = 0;
    places.forEach((c, i) => {
      const chance = (calibrations[i] as ScoreCalibration).apply(window.probabilities[at + c] as number);
      chances[at + c] = chance;
      sum += chance;
    });
    if (places.length === 1) chances[at + 1 - (places[0] as number)] = 1 - sum;
    else if (sum > 0) for (let c = 0; c < k; c++) chances[at + c] = (chances[at + c] as number) / sum;
  }
  return chances;
}

/** The metrics that CBPE expects of the answers of a window. */
export function expectedMetrics(
  window: ClassWindow,
  calibrations: readonly ScoreCalibration[],
): Record<CbpeMetric, number> {
  const { classes, positive, labels, probabilities, rows } = window;
  return confidenceBasedEstimate({
    rows,
    classes: classes.length,
    positive: positive === null || classes.length !== 2 ? -1 : classes.indexOf(positive),
    labels,
    scores: probabilities,
    chances: chancesOf(window, calibrations),
  });
}

function estimateClasses(
  reference: ClassWindow,
  current: ClassWindow,
  draws: MetricDraws,
  realised: MetricDraws | null,
  seed: number,
) {
  const calibrations = learnCalibration(reference, seed);
  const expected = expectedMetrics(current, calibrations);
  const metrics = cbpeMetrics.flatMap((metric): EstimatedMetric[] => {
    const before = draws.values.get(metric);
    const own = draws.draws.get(metric);
    const estimate = expected[metric];
    if (before === undefined || own === undefined || !Number.isFinite(estimate)) return [];
    const error = spreadOf(own) * Math.sqrt(draws.rows / current.rows);
    return [judged(metric, before, estimate, error, spreadOf(own), realised, 1)];
  });
  const mean = (value: (one: ScoreCalibration) => number) =>
    calibrations.reduce((sum, one) => sum + value(one), 0) / calibrations.length;
  return {
    method: 'cbpe' as const,
    calibration: {
      before: mean(({ before }) => before),
      after: mean(({ after }) => after),
      used: calibrations.some(({ used }) => used),
    },
    metrics,
  };
}

/** The columns that the loss of a row is learnt from: the inputs and the answer. */
export function lossMatrix(
  reference: { frame: Frame; scored: NumberWindow },
  current: { frame: Frame; scored: NumberWindow },
  inputs: readonly string[],
): JointMatrix {
  const answer = 'the answer of the model';
  const withAnswer = ({ frame, scored }: typeof reference): Frame => ({
    ...frame,
    columns: [
      ...frame.columns,
      { name: answer, type: 'float', nullable: false, role: 'number', values: scored.values },
    ],
  });
  return jointMatrix(withAnswer(reference), withAnswer(current), [...inputs, answer]);
}

async function estimateNumbers(
  { reference, current, inputs, seed, signal }: EstimateInput,
  realised: MetricDraws | null,
) {
  if (reference.scored.task !== 'number' || current.scored.task !== 'number') return null;
  const before = { frame: reference.frame, scored: reference.scored };
  const after = { frame: current.frame, scored: current.scored };
  const { truth, values } = reference.scored;
  const matrix = lossMatrix(before, after, inputs);
  const estimates = lossEstimates(await learnLosses(matrix, truth, values, { seed, signal }));
  const truths = knownRows(reference.scored).length;
  return {
    method: 'dle' as const,
    calibration: null,
    metrics: estimates.map(({ metric, reference: known, estimate, error }) =>
      judged(
        metric,
        known,
        estimate,
        error,
        error * Math.sqrt(current.scored.rows / truths),
        realised,
        Number.POSITIVE_INFINITY,
      ),
    ),
  };
}

function judged(
  metric: string,
  reference: number,
  estimate: number,
  error: number,
  referenceError: number,
  realised: MetricDraws | null,
  most: number,
): EstimatedMetric {
  const band = Number.isFinite(error) ? BAND * error : null;
  const reach = BAND * Math.hypot(error, referenceError);
  const known = realised?.values.get(metric);
  const squared = metric === 'mse' ? realised?.values.get('rmse') : undefined;
  return {
    metric,
    higherIsBetter: isHigherBetter(metric),
    reference: Number.isFinite(reference) ? reference : null,
    estimate,
    low: band === null ? null : Math.max(0, estimate - band),
    high: band === null ? null : Math.min(most, estimate + band),
    realised:
      squared !== undefined ? squared ** 2 : known !== undefined && Number.isFinite(known) ? known : null,
    alert: Number.isFinite(reach) && Math.abs(estimate - reference) > reach,
  };
}
