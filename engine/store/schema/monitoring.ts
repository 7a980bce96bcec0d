import type { Generated } from 'kysely';

/** `summary` is a DriftReportRow, `body` the whole DriftReport, both as JSON text. */
export type MonitoringTables = {
  drift_reports: {
    pk: Generated<number>;
    id: string;
    reference_version_id: string;
    current_version_id: string;
    drifted: 0 | 1;
    summary: string;
    body: string;
    created_at_ms: number;
  };
};
