import type { ConceptDrift, MetricDrift } from '../../../local-api/contract/index.ts';
import { holm, normalSurvival } from '../../statistics/index.ts';
import { drawWindowMetrics, isHigherBetter, type MetricDraws, spreadOf } from './metric-draws.ts';
import type { ScoredWindow } from './score-window.ts';

const CONFIDENCE = 0.95;
const LEVEL = 0.05;
const LEAST_TRUTHS = 20;

/** Metrics that are told, as far as they are defined; more would only say the same again. */
const told = {
  classification: ['auc', 'accuracy', 'f1', 'precision', 'recall', 'log_loss'],
  number: ['rmse', 'mae', 'r2', 'mape'],
} as const;

/**
 * How good the model is on both windows by their true values: each metric with its bootstrap interval, and a test of the
 * difference (its bootstrap standard error, Holm's correction over the metrics). A fall may come from harder rows as well as from
 * a changed relation of inputs and truth; the estimate without truth tells the two apart.
 */
export function conceptDrift(
  reference: ScoredWindow | null,
  current: ScoredWindow | null,
  why: string,
  seed: number,
): ConceptDrift {
  if (reference === null || current === null) return { status: 'skipped', reason: why };
  const before = drawWindowMetrics(reference, seed);
  const after = drawWindowMetrics(current, seed + 1);
  if (before === null || after === null) {
    const side = before === null ? 'reference' : 'current data';
    const hint =
      after === null
        ? ' Collect labels: send them to the ground-truth of the endpoint, or take a dataset version with the target column.'
        : '';
    return {
      status: 'skipped',
      reason: `Fewer than ${LEAST_TRUTHS} true values are known in the ${side}.${hint}`,
    };
  }
  const metrics = compareDraws(told[reference.task], before, after);
  const worse = metrics.filter(({ verdict }) => verdict === 'worse');
  const better = metrics.filter(({ verdict }) => verdict === 'better');
  const [first] = worse;
  const finding =
    first !== undefined
      ? `The model got worse: ${first.metric} went from ${figure(first.reference.value)} to ${figure(first.current.value)}${worse.length > 1 ? `, and ${worse.length - 1} other ${worse.length === 2 ? 'metric' : 'metrics'} with it` : ''}.`
      : better[0] !== undefined
        ? `The model did not get worse; ${better[0].metric} went from ${figure(better[0].reference.value)} to ${figure(better[0].current.value)}.`
        : `No metric changed by more than chance, with ${before.rows.toLocaleString('en')} and ${after.rows.toLocaleString('en')} true values.`;
  return {
    status: 'done',
    drifted: worse.length > 0,
    finding,
    referenceTruths: before.rows,
    currentTruths: after.rows,
    confidence: CONFIDENCE,
    metrics,
  };
}

function compareDraws(names: readonly string[], before: MetricDraws, after: MetricDraws): MetricDrift[] {
  const compared = names.flatMap((metric) => {
    const [a, b] = [before.values.get(metric), after.values.get(metric)];
    const [x, y] = [before.draws.get(metric), after.draws.get(metric)];
    if (a === undefined || b === undefined || x === undefined || y === undefined) return [];
    if (!Number.isFinite(a) || !Number.isFinite(b)) return [];
    const error = Math.hypot(spreadOf(x), spreadOf(y));
    const difference = b - a;
    const z = error > 0 ? Math.abs(difference) / error : Number.NaN;
    const pValue = difference === 0 ? 1 : 2 * normalSurvival(z);
    const between = Float64Array.from(x, (value, i) => (y[i] as number) - value);
    return [
      {
        metric,
        higherIsBetter: isHigherBetter(metric),
        reference: { value: a, ...bounds(x) },
        current: { value: b, ...bounds(y) },
        difference: { value: difference, ...bounds(between) },
        pValue: Number.isFinite(pValue) ? pValue : null,
      },
    ];
  });
  const corrected = holm(compared.map(({ pValue }) => pValue ?? 1));
  return compared.map((one, i): MetricDrift => {
    const pValue = one.pValue === null ? null : (corrected[i] ?? 1);
    const isShown = pValue !== null && pValue <= LEVEL;
    const isBetter = (one.difference.value ?? 0) > 0 === one.higherIsBetter;
    return { ...one, pValue, verdict: isShown ? (isBetter ? 'better' : 'worse') : 'same' };
  });
}

/** The middle 95 % of the defined draws. */
function bounds(draws: Float64Array): { low: number | null; high: number | null } {
  const defined = draws.filter((value) => Number.isFinite(value)).sort();
  if (defined.length < 0.9 * draws.length) return { low: null, high: null };
  const at = (share: number) => defined[Math.round(share * (defined.length - 1))] ?? null;
  return { low: at((1 - CONFIDENCE) / 2), high: at((1 + CONFIDENCE) / 2) };
}

export function figure(value: number | null): string {
  return value === null ? 'none' : String(Number(value.toPrecision(3)));
}
