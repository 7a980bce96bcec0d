import { seededRandom } from '../../statistics/index.ts';
import { classMetrics, evenWeights, type MetricSet, numberMetrics } from '../../training/index.ts';
import { knownRows, pickScored, type ScoredWindow } from './score-window.ts';

/** Metrics of the rows whose truth is known, and how they vary from one sample of so many rows to another. */
export type MetricDraws = {
  rows: number;
  /** A value a name; NaN where it is not defined. */
  values: ReadonlyMap<string, number>;
  /** Values on resamples of the rows, by name. */
  draws: ReadonlyMap<string, Float64Array>;
};

const RESAMPLES = 200;
/** More rows would make an error no sharper than anybody can tell. */
const MOST_ROWS = 10_000;

/** Metrics where larger is worse. */
const lossNames = new Set(['log_loss', 'brier', 'ece', 'rmse', 'mae', 'mse', 'mape', 'rmsle', 'median_ae']);

export function isHigherBetter(metric: string): boolean {
  return !lossNames.has(metric);
}

/**
 * Measures a model by its truth, with the bootstrap: `rows` resamples of the known rows, each as large as the number of known
 * rows, at most 10,000 of them. Null below 20 known rows. Same window and seed, same draws.
 */
export function drawWindowMetrics(window: ScoredWindow, seed: number): MetricDraws | null {
  const known = knownRows(window);
  if (known.length < 20) return null;
  const rows =
    known.length <= MOST_ROWS ? known : known.filter((_row, i) => (i * MOST_ROWS) % known.length < MOST_ROWS);
  const set = metricsOfRows(window, rows);
  const n = rows.length;
  const whole = n === known.length ? set : metricsOfRows(window, known);
  const values = whole.measure(evenWeights(known.length));
  const draws = set.names.map(() => new Float64Array(RESAMPLES));
  const random = seededRandom(seed, 'drift/metric-draws');
  for (let draw = 0; draw < RESAMPLES; draw++) {
    const weights = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      const row = random.integer(n);
      weights[row] = (weights[row] as number) + 1;
    }
    set.measure(weights).forEach((value, metric) => {
      (draws[metric] as Float64Array)[draw] = value;
    });
  }
  // Fewer rows vary more: brought back to the size of the window.
  const shrink = Math.sqrt(n / known.length);
  return {
    rows: known.length,
    values: new Map(
      set.names.map((name) => [name, values[whole.names.indexOf(name)] ?? Number.NaN] as const),
    ),
    draws: new Map(
      set.names.map((name, metric) => {
        const own = draws[metric] as Float64Array;
        const center = values[whole.names.indexOf(name)] as number;
        return [name, own.map((value) => center + (value - center) * shrink)] as const;
      }),
    ),
  };
}

/** Standard deviation of the defined draws; NaN when a tenth of them is not defined. */
export function spreadOf(draws: Float64Array): number {
  const defined = draws.filter((value) => Number.isFinite(value));
  if (defined.length < 0.9 * draws.length) return Number.NaN;
  const mean = defined.reduce((sum, value) => sum + value, 0) / defined.length;
  return Math.sqrt(defined.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (defined.length - 1));
}

/** The metrics of the rows whose truth is known, by name; null when those are fewer than `least`. */
export function measureWindow(window: ScoredWindow, least: number): ReadonlyMap<string, number> | null {
  const known = knownRows(window);
  if (known.length < least) return null;
  const set = metricsOfRows(window, known);
  const values = set.measure(evenWeights(known.length));
  return new Map(set.names.map((name, i) => [name, values[i] as number]));
}

function metricsOfRows(window: ScoredWindow, rows: Int32Array): MetricSet {
  const known = pickScored(window, rows);
  if (known.task === 'number') {
    return numberMetrics({
      truth: known.truth,
      values: Float32Array.from(known.values),
      quantile: null,
      variancePower: null,
    });
  }
  const place = (code: number) => Math.max(-1, code);
  return classMetrics(
    { ...known, truth: known.truth.map(place), labels: known.labels.map(place) },
    { isRepeated: true },
  );
}
