import type { Generated } from 'kysely';

/** `summary` is a DriftReportRow, `body` the whole DriftReport, both as JSON text. */
export type MonitoringTables = {
  drift_reports: {
    pk: Generated<number>;
    id: string;
    reference_version_id: string | null;
    current_version_id: string | null;
    drifted: 0 | 1;
    summary: string;
    body: string;
    created_at_ms: number;
  };
  /** `summary` is a DriftSeriesRow, `body` the whole DriftSeries. */
  drift_series: {
    pk: Generated<number>;
    id: string;
    drifted: 0 | 1;
    summary: string;
    body: string;
    created_at_ms: number;
  };
};
