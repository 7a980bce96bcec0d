import type { Generated } from 'kysely';
import type { AsyncPrediction, BatchState, CatchUp, ScheduleRun } from '../../../local-api/contract/index.ts';

export type BatchTables = {
  batch_predictions: {
    pk: Generated<number>;
    id: string;
    job_id: string;
    state: BatchState;
    model: string;
    version: string;
    model_digest: string;
    /** JSON: the request, with versions fixed and the reading of a file settled. */
    request: string;
    source_name: string;
    data_digest: string | null;
    row_count: number | null;
    predicted: number | null;
    rejected: number | null;
    /** JSON: `BatchPrediction['reasons']`. */
    reasons: string;
    rows_per_second: number | null;
    seconds: number | null;
    /** JSON: BatchFile, as is `rejects`. */
    output: string | null;
    rejects: string | null;
    /** JSON: BatchPreview. */
    preview: string | null;
    /** JSON: JobError. */
    error: string | null;
    schedule_id: string | null;
    created_at_ms: number;
    started_at_ms: number | null;
    ended_at_ms: number | null;
  };
  schedules: {
    id: string;
    name: string;
    cron: string;
    time_zone: string;
    /** JSON: ScheduledWork. */
    work: string;
    catch_up: CatchUp;
    is_paused: number;
    next_run_at_ms: number | null;
    created_at_ms: number;
    updated_at_ms: number;
  };
  schedule_runs: {
    pk: Generated<number>;
    schedule_id: string;
    due_at_ms: number;
    started_at_ms: number;
    outcome: ScheduleRun['outcome'];
    by_hand: number;
    job_id: string | null;
    message: string;
  };
  async_predictions: {
    pk: Generated<number>;
    id: string;
    endpoint: string | null;
    model: string | null;
    state: AsyncPrediction['state'];
    /** JSON: AsyncPredictionRequest; null once it has ended. */
    request: string | null;
    /** JSON: the answer of the model or the endpoint. */
    result: string | null;
    /** JSON: JobError. */
    error: string | null;
    created_at_ms: number;
    started_at_ms: number | null;
    ended_at_ms: number | null;
  };
};
