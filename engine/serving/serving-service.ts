import type { PredictRequest, PredictResponse } from '../../local-api/contract/index.ts';

export type ServingService = {
  predict(request: PredictRequest, signal?: AbortSignal): Promise<PredictResponse>;
  /** Loads a model ahead of its first request and runs it once. */
  warm(ref: string): Promise<void>;
  loaded(): { model: string; version: string; digest: string; predictions: number }[];
  /** Told of every prediction, for metrics. */
  onPrediction(
    listener: (p: { model: string; version: string; rows: number; seconds: number; ok: boolean }) => void,
  ): void;
  close(): Promise<void>;
};
