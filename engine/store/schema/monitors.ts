import type { Generated } from 'kysely';
import type {
  AlertSeverity,
  MonitorAlert,
  MonitorCheck,
  MonitorState,
} from '../../../local-api/contract/index.ts';

/** Monitors, their checks and the alerts that these raised. */
export type MonitorTables = {
  monitors: {
    id: string;
    name: string;
    /** JSON: description, watch, schedule, rule. */
    definition: string;
    is_enabled: 0 | 1;
    muted_until_ms: number | null;
    state: MonitorState;
    breaches: number;
    breaches_since_ms: number | null;
    last_fired_at_ms: number | null;
    alert_id: string | null;
    next_check_at_ms: number | null;
    /** The newest version that was looked at, for those that wait for versions. */
    seen_version_id: string | null;
    /** The newest logged request that was counted, for those that count requests. */
    seen_request: number | null;
    created_at_ms: number;
    updated_at_ms: number;
  };
  monitor_checks: {
    pk: Generated<number>;
    monitor_id: string;
    trigger: MonitorCheck['trigger'];
    due_at_ms: number;
    started_at_ms: number;
    ended_at_ms: number | null;
    outcome: MonitorCheck['outcome'];
    /** JSON: what is looked at, as it was when the check began; null when nothing was there. */
    plan: string | null;
    subject: string;
    job_id: string | null;
    /** JSON: figures by name. */
    figures: string;
    value: number | null;
    low: number | null;
    high: number | null;
    message: string;
    link: string | null;
    alert_id: string | null;
  };
  monitor_alerts: {
    pk: Generated<number>;
    id: string;
    monitor_id: string;
    severity: AlertSeverity;
    state: MonitorAlert['state'];
    title: string;
    text: string;
    metric: string;
    value: number | null;
    subject: string;
    link: string | null;
    since_ms: number;
    fired_at_ms: number;
    last_breach_at_ms: number;
    resolved_at_ms: number | null;
    resolution: MonitorAlert['resolution'];
    checks: number;
    is_muted: 0 | 1;
    acknowledged: string | null;
    /** What people and addresses still have to be told of: raised, resolved, or nothing. */
    untold: 'firing' | 'resolved' | null;
  };
};
