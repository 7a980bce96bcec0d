import type { Job, MonitorKind, MonitorWatch } from '../../../local-api/contract/index.ts';
import type { Measurement } from './judge-check.ts';

/** What a check is going to look at, as it is now. Kept with the check, so that another engine can go on with it. */
export type CheckPlan = {
  /** The same for two checks that would find the same. */
  key: string;
  /** For people: flights v3 against flights v2. */
  subject: string;
  /** What the meter itself needs. */
  input: Record<string, unknown>;
};

/** There is nothing to look at yet, and why. */
export type Nothing = { nothing: string };

export type WatchOf<K extends MonitorKind> = Extract<MonitorWatch, { kind: K }>;

/** How one kind of monitor looks. */
export type Meter<K extends MonitorKind> = {
  /** Refuses what cannot be watched, with all its faults. */
  accept(watch: WatchOf<K>): Promise<void>;
  /** `metric` is the figure that the rule names. */
  plan(watch: WatchOf<K>, metric: string): Promise<CheckPlan | Nothing>;
  /** Starts the job that does the work and gives its id; null where none is needed. Called again, it may give the same job. */
  begin(watch: WatchOf<K>, plan: CheckPlan): Promise<string | null>;
  /** What was found; `job` has succeeded. */
  finish(watch: WatchOf<K>, plan: CheckPlan, job: Job | null): Promise<Measurement>;
};

export type Meters = { [K in MonitorKind]: Meter<K> };

/** The meter of a watch, bound to it. */
export function meterOf(meters: Meters, watch: MonitorWatch): BoundMeter {
  switch (watch.kind) {
    case 'drift':
      return bind(meters.drift, watch);
    case 'quality':
      return bind(meters.quality, watch);
    case 'validation':
      return bind(meters.validation, watch);
    case 'endpoint-drift':
      return bind(meters['endpoint-drift'], watch);
    case 'estimate':
      return bind(meters.estimate, watch);
    case 'performance':
      return bind(meters.performance, watch);
  }
}

type BoundMeter = {
  accept(): Promise<void>;
  plan(metric: string): Promise<CheckPlan | Nothing>;
  begin(plan: CheckPlan): Promise<string | null>;
  finish(plan: CheckPlan, job: Job | null): Promise<Measurement>;
};

function bind<K extends MonitorKind>(meter: Meter<K>, watch: WatchOf<K>): BoundMeter {
  return {
    accept: () => meter.accept(watch),
    plan: (metric) => meter.plan(watch, metric),
    begin: (plan) => meter.begin(watch, plan),
    finish: (plan, job) => meter.finish(watch, plan, job),
  };
}
