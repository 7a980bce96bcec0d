import type { Run } from '../../../local-api/contract/index.ts';
import { parseColumn } from '../runs/table/run-columns.ts';

/** The value of a run under a name such as `metrics.auc` or `params.trees`; params that read as numbers are numbers. */
export function runValue(run: Run, id: string): number | string | null {
  const { family, key } = parseColumn(id);
  if (family === 'metrics') {
    const last = run.metrics[key]?.last;
    return typeof last === 'number' ? last : null;
  }
  if (family !== 'params') return null;
  const text = run.params[key];
  if (text === undefined) return null;
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}

/** Names of metrics that any of the runs has. */
/** A run's number under a name; null when there is none. */
export function runNumber(run: Run, id: string): number | null {
  const value = runValue(run, id);
  return typeof value === 'number' ? value : null;
}

/** A name as people read it, without its family. */
export function shortName(id: string): string {
  return id.replace(/^(params|metrics|tags)\./, '');
}

export function metricIds(runs: readonly Run[]): string[] {
  return [...new Set(runs.flatMap((run) => Object.keys(run.metrics)))].sort().map((key) => `metrics.${key}`);
}

/** Longer values are texts (a prompt, a list of columns), not settings to draw along an axis. */
const LONGEST_VALUE = 60;

/** Params that say how a fit went rather than how it was set up. */
const outcomes = /^(fit|matrix)\.|^rows\.(training|validation|test)$/;

/**
 * Names of params that differ between the runs, since those that do not can't explain anything: first what was set and
 * all runs have, then what only some have, then what the fit itself reported, last long texts.
 */
export function varyingParamIds(runs: readonly Run[]): string[] {
  const keys = [...new Set(runs.flatMap((run) => Object.keys(run.params)))].sort();
  const isLong = (key: string) => runs.some((run) => (run.params[key]?.length ?? 0) > LONGEST_VALUE);
  const rank = (key: string) =>
    (isLong(key) ? 4 : 0) +
    (outcomes.test(key) ? 2 : 0) +
    (runs.every((run) => run.params[key] !== undefined) ? 0 : 1);
  return keys
    .filter((key) => new Set(runs.map((run) => run.params[key])).size > 1)
    .sort((a, b) => rank(a) - rank(b))
    .map((key) => `params.${key}`);
}

/** Names of params and metrics under which at least one run has a number. */
export function numericIds(runs: readonly Run[]): string[] {
  const params = [...new Set(runs.flatMap((run) => Object.keys(run.params)))]
    .sort()
    .map((key) => `params.${key}`);
  return [...metricIds(runs), ...params].filter((id) =>
    runs.some((run) => typeof runValue(run, id) === 'number'),
  );
}

const telling = ['metrics.auc', 'metrics.accuracy', 'metrics.r2', 'metrics.rmse', 'metrics.log_loss'];

/** The metric that runs are most likely compared by. */
export function mainMetric(runs: readonly Run[]): string | undefined {
  const ids = metricIds(runs);
  return telling.find((id) => ids.includes(id)) ?? ids[0];
}

/** Whether numbers reach over a factor of 50 or more, so that a logarithm shows them better. */
export function isSpread(values: readonly (number | string | null)[]): boolean {
  const numbers = values.filter((value): value is number => typeof value === 'number');
  const low = Math.min(...numbers);
  return numbers.length > 2 && low > 0 && Math.max(...numbers) / low >= 50;
}
