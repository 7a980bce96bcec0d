import type { AlertRule, MonitorMetric } from '../../../local-api/contract/index.ts';

/** What a check found. */
export type Measurement = {
  values: Record<string, number>;
  /** What the report says of the whole; null where there is no verdict. */
  isBad: boolean | null;
  message: string;
  link: string | null;
};

/** What was fine at a check; an end that is null is open. */
export type Band = { low: number | null; high: number | null };

/** Quiet checks that a usual range is taken from. */
export const usualChecks = 30;
/** With fewer of them nothing is unusual yet. */
const fewestForUsual = 5;
/** Of the mean: figures that hardly ever move would alarm at the first tremor. */
const leastWidth = 0.01;

const open: Band = { low: null, high: null };

/**
 * Whether a check breaks the rule, the figure that the rule names, and what would have been fine.
 *
 * @param before that figure at the quiet checks before, newest first
 */
export function judgeCheck(
  measured: Pick<Measurement, 'values' | 'isBad'>,
  rule: Pick<AlertRule, 'metric' | 'when'>,
  metric: MonitorMetric | undefined,
  before: readonly number[],
): { isBreach: boolean; value: number | null; band: Band } {
  const value = measured.values[rule.metric] ?? null;
  if (rule.when.kind === 'verdict') return { isBreach: measured.isBad === true, value, band: open };
  const band = bandOf(rule.when, metric, before);
  const isBreach =
    value !== null && ((band.low !== null && value < band.low) || (band.high !== null && value > band.high));
  return { isBreach, value, band };
}

function bandOf(
  when: Exclude<AlertRule['when'], { kind: 'verdict' }>,
  metric: MonitorMetric | undefined,
  before: readonly number[],
): Band {
  if (when.kind === 'above') return { low: null, high: when.limit };
  if (when.kind === 'below') return { low: when.limit, high: null };
  return usualBand(before.slice(0, usualChecks), when.deviations, metric?.unit);
}

/** Mean ± so many sample standard deviations, kept within what the figure can be. */
function usualBand(
  values: readonly number[],
  deviations: number,
  unit: MonitorMetric['unit'] | undefined,
): Band {
  if (values.length < fewestForUsual) return open;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  const width = Math.max(deviations * Math.sqrt(variance), leastWidth * Math.abs(mean));
  const low = unit === undefined ? mean - width : Math.max(0, mean - width);
  return { low, high: unit === 'share' ? Math.min(1, mean + width) : mean + width };
}
