import type { Generated } from 'kysely';

/** `input`, `limits`, `result` and `error` hold JSON text. */
export type JobTables = {
  jobs: {
    pk: Generated<number>;
    id: string;
    kind: string;
    title: string;
    state: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'dead';
    priority: Generated<number>;
    attempt: Generated<number>;
    max_attempts: number;
    parent_id: string | null;
    run_id: string | null;
    dedup_key: string | null;
    input: string;
    limits: Generated<string>;
    result: string | null;
    error: string | null;
    progress_fraction: number | null;
    progress_message: Generated<string>;
    not_before_ms: Generated<number>;
    /** 1: not started until resumed. */
    paused: Generated<number>;
    created_at_ms: number;
    started_at_ms: number | null;
    ended_at_ms: number | null;
  };
  job_logs: { job_id: string; seq: number; at_ms: number; level: string; text: string };
};
