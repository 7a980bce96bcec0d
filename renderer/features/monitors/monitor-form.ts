import {
  type AlertRule,
  type CreateMonitorInput,
  type DriftPreset,
  type DriftSettings,
  type Monitor,
  type MonitorKind,
  monitorMetrics,
} from '../../../local-api/contract/index.ts';
import { verdictTexts } from './monitor-words.ts';

/** A monitor as the form holds it: every part of every choice, so that going back and forth loses nothing. */
export type MonitorForm = {
  name: string;
  /** False once somebody has typed a name of their own. */
  isNameMade: boolean;
  description: string;
  kind: MonitorKind;
  dataset: string | null;
  reference: 'version' | 'previous';
  versionId: string | null;
  endpoint: string | null;
  baseline: 'test' | 'training';
  /** Only rows for which this SQL holds; empty: all. */
  slice: string;
  /** Only these; none: all that can be compared. */
  columns: string[];
  preset: DriftPreset;
  /** What the form does not show of how columns are judged: it stays as it is. */
  settings: Partial<Omit<DriftSettings, 'preset'>>;
  last: number;
  schedule: 'cron' | 'versions' | 'requests';
  cron: string;
  timeZone: string;
  every: number;
  metric: string;
  when: AlertRule['when']['kind'];
  limit: number;
  deviations: number;
  consecutive: number;
  coolDownMinutes: number;
  severity: AlertRule['severity'];
};

/** Sensible beginnings: the drift of a dataset with each new version, that of an endpoint every 500 requests. */
export function newMonitorForm(given: {
  kind?: MonitorKind | undefined;
  dataset?: string | undefined;
  versionId?: string | undefined;
  endpoint?: string | undefined;
}): MonitorForm {
  const kind = given.kind ?? (given.endpoint === undefined ? 'drift' : 'endpoint-drift');
  const blank: MonitorForm = {
    name: '',
    isNameMade: true,
    description: '',
    kind,
    dataset: given.dataset ?? null,
    reference: given.versionId === undefined ? 'previous' : 'version',
    versionId: given.versionId ?? null,
    endpoint: given.endpoint ?? null,
    baseline: 'test',
    slice: '',
    columns: [],
    preset: 'honest',
    settings: {},
    last: 1000,
    schedule: 'versions',
    cron: '0 6 * * *',
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    every: 500,
    metric: '',
    when: 'verdict',
    limit: 0,
    deviations: 3,
    consecutive: 1,
    coolDownMinutes: 60,
    severity: 'warning',
  };
  return withName({ ...blank, ...usualRule(kind) });
}

/** Kinds that look at what an endpoint is asked and answers; the others look at versions of a dataset. */
export function isOfEndpoint(kind: MonitorKind): boolean {
  return kind === 'endpoint-drift' || kind === 'estimate' || kind === 'performance';
}

/** What people mostly want of a kind. */
export function usualRule(
  kind: MonitorKind,
): Pick<MonitorForm, 'schedule' | 'metric' | 'when' | 'limit' | 'consecutive'> {
  switch (kind) {
    case 'drift':
      return { schedule: 'versions', metric: 'driftedShare', when: 'verdict', limit: 0.3, consecutive: 1 };
    case 'validation':
      return { schedule: 'versions', metric: 'failed', when: 'verdict', limit: 0, consecutive: 1 };
    case 'endpoint-drift':
      return { schedule: 'requests', metric: 'driftedShare', when: 'verdict', limit: 0.3, consecutive: 1 };
    case 'estimate':
      return { schedule: 'requests', metric: 'outOfRange', when: 'verdict', limit: 0, consecutive: 2 };
    case 'quality':
      return { schedule: 'versions', metric: 'missingShare', when: 'above', limit: 0.1, consecutive: 1 };
    case 'performance':
      return { schedule: 'requests', metric: 'loss', when: 'unusual', limit: 0.2, consecutive: 2 };
  }
}

/** Gives a name made of what is watched, as long as nobody gave another. */
export function withName(form: MonitorForm): MonitorForm {
  if (!form.isNameMade) return form;
  const subject = isOfEndpoint(form.kind) ? form.endpoint : form.dataset;
  return { ...form, name: subject === null ? '' : `${subject} ${form.kind}` };
}

export function formOfMonitor({ name, description, watch, schedule, rule }: Monitor): MonitorForm {
  const form = newMonitorForm({ kind: watch.kind });
  return {
    ...form,
    name,
    isNameMade: false,
    description,
    ...('dataset' in watch ? { dataset: watch.dataset } : { endpoint: watch.endpoint, last: watch.last }),
    ...judgingOf(watch),
    ...(watch.kind === 'endpoint-drift' ? { baseline: watch.reference } : {}),
    ...(watch.kind === 'drift'
      ? {
          reference: watch.reference.kind,
          versionId: watch.reference.kind === 'version' ? watch.reference.versionId : null,
        }
      : {}),
    schedule: schedule.kind,
    ...(schedule.kind === 'cron' ? { cron: schedule.cron, timeZone: schedule.timeZone } : {}),
    ...(schedule.kind === 'requests' ? { every: schedule.every } : {}),
    metric: rule.metric,
    when: rule.when.kind,
    ...('limit' in rule.when ? { limit: rule.when.limit } : {}),
    ...('deviations' in rule.when ? { deviations: rule.when.deviations } : {}),
    consecutive: rule.consecutive,
    coolDownMinutes: rule.coolDownMinutes,
    severity: rule.severity,
  };
}

/** As the API takes it; null while something is missing. */
export function requestOf(form: MonitorForm): CreateMonitorInput | null {
  const watch = watchOf(form);
  if (watch === null || form.name.trim() === '') return null;
  return {
    name: form.name,
    description: form.description,
    watch,
    schedule: scheduleOf(form),
    rule: {
      metric: form.metric,
      when: conditionOf(form),
      consecutive: form.consecutive,
      coolDownMinutes: form.coolDownMinutes,
      severity: form.severity,
    },
  };
}

function watchOf(form: MonitorForm): CreateMonitorInput['watch'] | null {
  const { dataset, endpoint } = form;
  switch (form.kind) {
    case 'drift': {
      if (dataset === null) return null;
      if (form.reference === 'previous')
        return { kind: 'drift', dataset, reference: { kind: 'previous' }, ...judged(form) };
      if (form.versionId === null) return null;
      return {
        kind: 'drift',
        dataset,
        reference: { kind: 'version', versionId: form.versionId },
        ...judged(form),
      };
    }
    case 'quality':
      return dataset === null ? null : { kind: 'quality', dataset };
    case 'validation':
      return dataset === null ? null : { kind: 'validation', dataset };
    case 'endpoint-drift':
      return endpoint === null
        ? null
        : {
            kind: 'endpoint-drift',
            endpoint,
            last: form.last,
            reference: form.baseline,
            ...judged(form),
          };
    case 'estimate':
      return endpoint === null ? null : { kind: 'estimate', endpoint, last: form.last, ...sliced(form) };
    case 'performance':
      return endpoint === null ? null : { kind: 'performance', endpoint, last: form.last };
  }
}

function sliced({ slice }: MonitorForm) {
  return slice.trim() === '' ? {} : { slice };
}

function judged(form: MonitorForm) {
  const { columns, preset, settings } = form;
  return { ...settings, preset, ...sliced(form), ...(columns.length === 0 ? {} : { columns }) };
}

/** Which rows and columns a monitor looks at, and how they are judged. */
function judgingOf(watch: Monitor['watch']): Partial<MonitorForm> {
  if (watch.kind === 'estimate') return { slice: watch.slice ?? '' };
  if (watch.kind !== 'drift' && watch.kind !== 'endpoint-drift') return {};
  const { preset, slice = '', columns = [], ...rest } = watch;
  const { kind: _kind, reference: _reference, ...others } = rest;
  const known = new Set(['dataset', 'endpoint', 'last']);
  const settings = Object.fromEntries(Object.entries(others).filter(([name]) => !known.has(name)));
  return { preset, slice, columns, settings };
}

function scheduleOf(form: MonitorForm): CreateMonitorInput['schedule'] {
  if (form.schedule === 'cron') return { kind: 'cron', cron: form.cron, timeZone: form.timeZone };
  return form.schedule === 'versions' ? { kind: 'versions' } : { kind: 'requests', every: form.every };
}

function conditionOf(form: MonitorForm): AlertRule['when'] {
  if (form.when === 'verdict') return { kind: 'verdict' };
  if (form.when === 'unusual') return { kind: 'unusual', deviations: form.deviations };
  return { kind: form.when, limit: form.limit };
}

/** The conditions that a kind knows. */
export function conditionsFor(kind: MonitorKind): { value: AlertRule['when']['kind']; label: string }[] {
  const verdict = verdictTexts[kind];
  return [
    ...(verdict === undefined ? [] : [{ value: 'verdict' as const, label: sentence(verdict) }]),
    { value: 'above', label: 'The figure is above a limit' },
    { value: 'below', label: 'The figure is below a limit' },
    { value: 'unusual', label: 'The figure is unusual for this monitor' },
  ];
}

/** The moments at which a kind can check. */
export function schedulesFor(kind: MonitorKind): { value: MonitorForm['schedule']; label: string }[] {
  return [
    isOfEndpoint(kind)
      ? { value: 'requests', label: 'Every so many requests' }
      : { value: 'versions', label: 'On each new version' },
    { value: 'cron', label: 'At times' },
  ];
}

export function isShare(form: MonitorForm): boolean {
  return monitorMetrics[form.kind].find(({ id }) => id === form.metric)?.unit === 'share';
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
