import type { Generated } from 'kysely';

/** `attributes`, `rest` and `body` hold JSON text; times in nanoseconds are texts of digits. */
export type TraceTables = {
  traces: {
    pk: Generated<number>;
    id: string;
    experiment_id: number;
    client_request_id: string | null;
    name: Generated<string>;
    state: 'ok' | 'error' | 'in-progress' | 'unspecified';
    request_time_ms: number;
    duration_ms: number | null;
    request_preview: string | null;
    response_preview: string | null;
    /** Whether the application has said that it is over; spans that come later change nothing of it. */
    finalized: Generated<0 | 1>;
    span_count: Generated<number>;
  };
  trace_tags: { trace_pk: number; key_id: number; value: string };
  trace_metadata: { trace_pk: number; key_id: number; value: string };
  trace_runs: { trace_pk: number; run_id: string };
  spans: {
    trace_pk: number;
    span_id: string;
    parent_id: string | null;
    name: string;
    type: string;
    status: 'unset' | 'ok' | 'error';
    start_ns: string;
    end_ns: string | null;
    attributes: string;
    /** Status message, events and links. */
    rest: string;
  };
  assessments: {
    pk: Generated<number>;
    id: string;
    trace_pk: number;
    name: string;
    kind: 'feedback' | 'expectation' | 'issue';
    /** The value as text, for searches. */
    value: string | null;
    valid: Generated<0 | 1>;
    run_id: string | null;
    body: string;
    created_at_ms: number;
    updated_at_ms: number;
  };
};
