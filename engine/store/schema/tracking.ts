import type { Generated } from 'kysely';

export type TrackingTables = {
  experiments: {
    id: Generated<number>;
    name: string;
    description: Generated<string>;
    tags: Generated<string>;
    lifecycle: Generated<'active' | 'deleted'>;
    created_at_ms: number;
    updated_at_ms: number;
  };
  runs: {
    pk: Generated<number>;
    id: string;
    experiment_id: number;
    name: string;
    status: 'scheduled' | 'running' | 'finished' | 'failed' | 'killed';
    lifecycle: Generated<'active' | 'deleted'>;
    user: Generated<string>;
    source: Generated<string>;
    parent_run_id: string | null;
    job_id: string | null;
    notes: Generated<string>;
    started_at_ms: number;
    ended_at_ms: number | null;
    deleted_at_ms: number | null;
  };
  keys: { id: Generated<number>; name: string };
  metric_points: {
    run_pk: number;
    key_id: number;
    step: number;
    timestamp_ms: number;
    value: number;
    is_nan: Generated<0 | 1>;
  };
  metric_latest: {
    run_pk: number;
    key_id: number;
    experiment_id: number;
    value: number;
    is_nan: 0 | 1;
    step: number;
    timestamp_ms: number;
    min_value: number | null;
    max_value: number | null;
    points: number;
  };
  run_params: { run_pk: number; key_id: number; value: string; number: number | null };
  run_tags: { run_pk: number; key_id: number; value: string };
  run_inputs: {
    run_pk: number;
    name: string;
    digest: string;
    context: string;
    dataset_version_id: string | null;
  };
  run_artifacts: { run_pk: number; path: string; digest: string; size_bytes: number; created_at_ms: number };
};
