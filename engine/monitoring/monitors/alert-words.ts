import {
  type AlertRule,
  type MonitorMetric,
  type MonitorWatch,
  monitorMetrics,
} from '../../../local-api/contract/index.ts';
import type { Band } from './judge-check.ts';

export function metricOf(watch: MonitorWatch, rule: Pick<AlertRule, 'metric'>): MonitorMetric | undefined {
  return monitorMetrics[watch.kind].find(({ id }) => id === rule.metric);
}

/** What is watched, by the name that people gave it. */
export function watchedName(watch: MonitorWatch): string {
  return 'dataset' in watch ? watch.dataset : watch.endpoint;
}

/** What is wrong, in a few words: "flights has drifted". */
export function alertTitle(
  watch: MonitorWatch,
  rule: AlertRule,
  { value, band }: { value: number | null; band: Band },
): string {
  const name = watchedName(watch);
  if (rule.when.kind === 'verdict') return verdictTitle(watch, name);
  const metric = metricOf(watch, rule);
  const figure = formatFigure(value, metric);
  const what = `${metric?.title ?? rule.metric} of ${name}`;
  const isHigh = band.high !== null && value !== null && value > band.high;
  const limit = formatFigure(isHigh ? band.high : band.low, metric);
  const side = isHigh ? 'above' : 'below';
  return rule.when.kind === 'unusual'
    ? `${what}: ${figure} is unusual, ${side} ${limit}`
    : `${what}: ${figure}, ${side} ${limit}`;
}

function verdictTitle({ kind }: MonitorWatch, name: string): string {
  if (kind === 'validation') return `${name} breaks its schema`;
  if (kind === 'estimate') return `The model of ${name} should have another quality than before`;
  return kind === 'endpoint-drift' ? `What ${name} is asked has drifted` : `${name} has drifted`;
}

/** What was found, where, and how often, in a sentence or two. */
export function alertText(found: { message: string; subject: string; breaches: number }): string {
  const often = found.breaches === 1 ? '' : ` The rule was broken ${found.breaches} times in a row.`;
  return `${found.message} (${found.subject}).${often}`;
}

export function formatFigure(value: number | null, metric: MonitorMetric | undefined): string {
  if (value === null) return 'unknown';
  switch (metric?.unit) {
    case 'share':
      return `${rounded(value * 100)} %`;
    case 'hours':
      return `${rounded(value)} h`;
    case 'count':
      return Math.round(value).toLocaleString('en');
    default:
      return rounded(value);
  }
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(3)));
}
