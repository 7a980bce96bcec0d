import type {
  CreateMonitor,
  Monitor,
  MonitorAlert,
  MonitorCheck,
  UpdateMonitor,
} from '../../../local-api/contract/index.ts';

export type AlertQuery = {
  monitorId?: string | undefined;
  state?: MonitorAlert['state'] | undefined;
  limit: number;
};

/** The newest figures of a monitor, for gauges. */
export type MonitorFigures = {
  name: string;
  isFiring: boolean;
  severity: MonitorAlert['severity'];
  metric: string;
  value: number | null;
  checkedAtMs: number | null;
};

/** Things that are looked at again and again. `monitors/not-found` can come from each call that takes an id. */
export type MonitorService = {
  list(): Promise<Monitor[]>;
  get(monitorId: string): Promise<Monitor>;
  /** Errors: `monitors/name-taken`, `monitors/bad-definition`, `schedules/bad-cron`, those of what is watched. */
  create(monitor: CreateMonitor): Promise<Monitor>;
  /** Errors: as `create`. */
  update(monitorId: string, patch: UpdateMonitor): Promise<Monitor>;
  delete(monitorId: string): Promise<void>;
  /** Begins a check; what comes of it shows in `checks`. Errors: `monitors/still-checking`. */
  runNow(monitorId: string): Promise<MonitorCheck>;
  /** Newest first. */
  checks(monitorId: string, query: { limit: number; before?: number | undefined }): Promise<MonitorCheck[]>;
  alerts(query: AlertQuery): Promise<{ items: MonitorAlert[]; unread: number }>;
  /** Errors: `monitor-alerts/not-found`. */
  alert(alertId: string): Promise<MonitorAlert>;
  /** Errors: `monitor-alerts/not-found`. */
  acknowledge(alertId: string, by: { by?: string | undefined; note: string }): Promise<MonitorAlert>;
  figures(): Promise<MonitorFigures[]>;
  /** Begins what is due; the timer that `start` sets does it. Resolves when the checks have begun, not when they end. */
  check(): Promise<void>;
  /** Resolves when no check goes on. */
  idle(): Promise<void>;
  /** Goes on with checks that an engine before began, tells what it had no time to tell, and makes up for missed times. */
  start(): Promise<void>;
  close(): Promise<void>;
};
