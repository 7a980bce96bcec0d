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
    artifact_location: string | null;
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
    in_time_order: Generated<0 | 1>;
  };
  run_params: { run_pk: number; key_id: number; value: string; number: number | null };
  run_tags: { run_pk: number; key_id: number; value: string };
  run_inputs: {
    run_pk: number;
    name: string;
    digest: string;
    context: string;
    dataset_version_id: string | null;
    tags: Generated<string>;
  };
  run_artifacts: { run_pk: number; path: string; digest: string; size_bytes: number; created_at_ms: number };
  source_datasets: {
    pk: Generated<number>;
    experiment_id: number;
    name: string;
    digest: string;
    source_type: string;
    source: string;
    schema: string | null;
    profile: string | null;
  };
  run_models: { run_pk: number; role: 'input' | 'output'; model_id: string; step: number };
  logged_models: {
    pk: Generated<number>;
    id: string;
    experiment_id: number;
    name: string;
    model_type: string;
    source_run_id: string | null;
    status: 'unspecified' | 'pending' | 'ready' | 'upload-failed';
    status_message: Generated<string>;
    lifecycle: Generated<'active' | 'deleted'>;
    created_at_ms: number;
    updated_at_ms: number;
  };
  logged_model_params: { model_pk: number; key_id: number; value: string; number: number | null };
  logged_model_tags: { model_pk: number; key_id: number; value: string };
  logged_model_metrics: {
    model_pk: number;
    key_id: number;
    timestamp_ms: number;
    step: number;
    value: number;
    is_nan: 0 | 1;
    run_id: string;
    dataset_name: string;
    dataset_digest: string;
  };
  saved_views: {
    pk: Generated<number>;
    id: string;
    name: string;
    page: 'runs' | 'compare';
    experiment_id: number | null;
    state: string;
    lifecycle: Generated<'active' | 'deleted'>;
    created_at_ms: number;
    updated_at_ms: number;
    deleted_at_ms: Generated<number | null>;
  };
  stored_files: { path: string; digest: string; size_bytes: number; created_at_ms: number };
};
