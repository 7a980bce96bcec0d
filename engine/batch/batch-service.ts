import type {
  BatchCheck,
  BatchPrediction,
  BatchPredictionRequest,
  BatchPreview,
  ListQuery,
  Page,
} from '../../local-api/contract/index.ts';

/** Predictions for whole tables. `batch-predictions/not-found` can come from each call that takes an id. */
export type BatchService = {
  /** What `start` would do and why it would refuse, without doing it. Errors: those of the model and of the source. */
  check(request: BatchPredictionRequest): Promise<BatchCheck>;
  /**
   * Submits the job. Versions are fixed now: an alias that moves later changes nothing.
   * Errors: those of `check`, `batch-predictions/columns-do-not-fit`.
   */
  start(
    request: BatchPredictionRequest,
    by?: { parentJobId?: string | null; scheduleId?: string | null },
  ): Promise<BatchPrediction>;
  list(query: ListQuery): Promise<Page<BatchPrediction>>;
  get(batchId: string): Promise<BatchPrediction>;
  /** Errors: `batch-predictions/no-output`. */
  preview(batchId: string): Promise<BatchPreview>;
  /** Its files go with the next collection of garbage. Errors: `batch-predictions/under-way`. */
  delete(batchId: string): Promise<void>;
  /** Digests of the files of all results. */
  digests(): AsyncIterable<string>;
  /** Settles what a crash left between a job and its batch. Call after the queue has started. */
  recover(): Promise<void>;
};
