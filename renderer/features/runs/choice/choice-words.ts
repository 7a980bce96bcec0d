import type { AutoReport, LeaderboardEntry } from '../../../../local-api/contract/index.ts';
import { formatDuration, formatMetric, formatPlural, NO_VALUE } from '../../../app/format.ts';

/** What the model is: "A weighted mean of 4 models", or the name of the one. */
export function madeOf({ chosen, members }: Pick<AutoReport, 'chosen' | 'members'>): string {
  if (chosen === 'single') return members[0]?.name ?? NO_VALUE;
  const models = formatPlural(members.length, 'model');
  return chosen === 'greedy' ? `A weighted mean of ${models}` : `A linear model on the answers of ${models}`;
}

/** How models were judged: "on 274 rows that were held out in 5 folds". */
export function heldOut({ rows, folds }: Pick<AutoReport, 'rows' | 'folds'>): string {
  const where = folds > 1 ? `held out in ${folds} folds` : 'held out once';
  return `on ${formatPlural(rows, 'row')} ${where}`;
}

/** Why it ended before everything was tried, where its notes don't say it; null where nothing cut it short. */
export function endReason({
  timeWasUp,
  wasStopped,
  notes,
}: Pick<AutoReport, 'timeWasUp' | 'wasStopped' | 'notes'>): string | null {
  if (wasStopped) return 'It was asked to finish early';
  return timeWasUp && notes.length === 0 ? 'Its time was up before all models were tried' : null;
}

/** A value with what is known of its error: the interval, else the standard error. */
export function withError(value: number | undefined, error: number | undefined): string {
  if (value === undefined) return formatMetric(undefined);
  return error === undefined ? formatMetric(value) : `${formatMetric(value)} ± ${formatMetric(error)}`;
}

/** Short text of the settings of a model, its kind left out: "leaves 7, learning rate 0.05". */
export function settingsText(values: LeaderboardEntry['values']): string {
  return Object.entries(values)
    .filter(([path]) => path !== 'trainer.kind')
    .map(([path, value]) => `${wordsOf(path)} ${value}`)
    .join(', ');
}

function wordsOf(path: string): string {
  return path
    .replace(/^trainer\./, '')
    .replaceAll('.', ' ')
    .replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** What is left of a budget, to the second. */
export function timeLeftText(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 1) return 'none: what was found is brought together';
  return whole < 60 ? `${whole} s` : formatDuration(1000 * whole);
}
