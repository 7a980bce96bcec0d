import type { FoldReport, Recipe } from '../../../local-api/contract/index.ts';
import type { LivePoint } from '../live-metrics.ts';
import type { TrainJobInput } from '../train-job.ts';
import type { Scope } from './scope.ts';

/** A recipe to be fitted on one fold, by a worker process. */
export type FoldTask = {
  /** Of a trial: without a search. */
  recipe: Recipe;
  /** Whose folds; `outer`: the outer fold itself, with rounds that are fixed already. */
  on: { scope: Scope; fold: number } | { outer: number };
  /** Share of the training rows to learn from, in (0, 1]. */
  rowShare: number;
  /** Also measures the model that comes of it. */
  isMeasured: boolean;
};

export type Measured = {
  /** To answer one row, and 1,000 at once (or as many as there are). */
  latencyMs: number;
  batchMs: number;
  modelBytes: number;
};

export type FoldTaskResult = {
  report: FoldReport;
  /** Of the held-out rows, row-major. */
  answers: Float32Array;
  seconds: number;
  measured: Measured | null;
};

export type WorkerInput = TrainJobInput;

export type ToWorker = { type: 'fit'; id: number; task: FoldTask } | { type: 'drop'; id: number };
export type FromWorker =
  | { type: 'ready' }
  | { type: 'points'; id: number; points: LivePoint[] }
  | { type: 'fitted'; id: number; result: FoldTaskResult }
  | { type: 'failed'; id: number; code: string; message: string };
