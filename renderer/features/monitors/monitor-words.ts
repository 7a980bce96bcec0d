import {
  type AlertRule,
  type AlertSeverity,
  type Monitor,
  type MonitorCheck,
  type MonitorKind,
  type MonitorMetric,
  type MonitorSchedule,
  type MonitorWatch,
  monitorMetrics,
} from '../../../local-api/contract/index.ts';
import { formatCount, formatNumber, formatPercent, formatPlural, NO_VALUE } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import type { Tone } from '../../components/ToneBadge.tsx';

export const kindLabels: Record<MonitorKind, string> = {
  drift: 'Drift',
  quality: 'Data quality',
  validation: 'Validation',
  'endpoint-drift': 'Request drift',
  estimate: 'Estimated performance',
  performance: 'Performance',
};

export const severityLabels: Record<AlertSeverity, { label: string; tone: Tone }> = {
  info: { label: 'Info', tone: 'info' },
  warning: { label: 'Warning', tone: 'warn' },
  critical: { label: 'Critical', tone: 'bad' },
};

/** The state of a monitor in a word. */
export function stateOf(monitor: Monitor): { label: string; tone: Tone } {
  if (!monitor.isEnabled) return { label: 'Off', tone: 'idle' };
  if (monitor.state === 'firing')
    return { label: 'Firing', tone: severityLabels[monitor.rule.severity].tone === 'info' ? 'info' : 'bad' };
  if (monitor.state === 'pending') return { label: 'Pending', tone: 'warn' };
  if (monitor.state === 'ok') return { label: 'OK', tone: 'good' };
  return { label: 'Not checked yet', tone: 'idle' };
}

export const outcomeLabels: Record<MonitorCheck['outcome'], { label: string; tone: Tone }> = {
  running: { label: 'Checking', tone: 'info' },
  ok: { label: 'OK', tone: 'good' },
  breach: { label: 'Breach', tone: 'bad' },
  unchanged: { label: 'Nothing new', tone: 'idle' },
  nothing: { label: 'Nothing there', tone: 'idle' },
  failed: { label: 'Failed', tone: 'warn' },
};

export const triggerLabels: Record<MonitorCheck['trigger'], string> = {
  schedule: 'on time',
  'catch-up': 'made up for',
  version: 'new version',
  requests: 'requests',
  hand: 'by hand',
};

/** What is watched, by the name that people gave it, and where it is. */
export function watched(watch: MonitorWatch): { name: string; href: string } {
  return 'dataset' in watch
    ? { name: watch.dataset, href: paths.dataset(watch.dataset) }
    : { name: watch.endpoint, href: paths.endpoint(watch.endpoint) };
}

export function scheduleText(schedule: MonitorSchedule): string {
  switch (schedule.kind) {
    case 'cron':
      return `${schedule.cron} (${schedule.timeZone})`;
    case 'versions':
      return 'On each new version';
    case 'requests':
      return `Every ${formatCount(schedule.every)} requests`;
  }
}

export function metricOf(watch: MonitorWatch, id: string): MonitorMetric | undefined {
  return monitorMetrics[watch.kind].find((metric) => metric.id === id);
}

export function formatFigure(value: number | null | undefined, metric: MonitorMetric | undefined): string {
  if (value === null || value === undefined) return NO_VALUE;
  switch (metric?.unit) {
    case 'share':
      return formatPercent(value);
    case 'count':
      return formatCount(value);
    case 'hours':
      return `${formatNumber(value, 3)} h`;
    default:
      return formatNumber(value);
  }
}

/** What the verdict of a kind is about; kinds without one are absent. */
export const verdictTexts: Partial<Record<MonitorKind, string>> = {
  drift: 'the report says that it has drifted',
  'endpoint-drift': 'the report says that something has drifted',
  validation: 'a rule of severity error is broken',
  estimate: 'a metric leaves its usual range',
};

/** When an alert is raised: "Missing values above 10 %, 3 checks in a row". */
export function ruleText(watch: MonitorWatch, { metric, when, consecutive }: AlertRule): string {
  const known = metricOf(watch, metric);
  const title = known?.title ?? metric;
  const often = consecutive === 1 ? '' : `, ${consecutive} checks in a row`;
  switch (when.kind) {
    case 'verdict':
      return `${verdictTexts[watch.kind] ?? ''}${often}`;
    case 'unusual':
      return `${lower(title)} more than ${formatPlural(when.deviations, 'standard deviation')} from usual${often}`;
    default:
      return `${lower(title)} ${when.kind} ${formatFigure(when.limit, known)}${often}`;
  }
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

export function isMuted({ mutedUntilMs }: Pick<Monitor, 'mutedUntilMs'>, nowMs: number): boolean {
  return mutedUntilMs !== null && mutedUntilMs > nowMs;
}
