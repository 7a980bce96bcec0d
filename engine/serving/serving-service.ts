import type { PredictRequest, PredictResponse, Signature } from '../../local-api/contract/index.ts';
import type { EncodedRows } from './encode-request.ts';
import type { Answers } from './run-batches.ts';

/** Which version answers under a reference, and what goes into it. */
export type ServedModel = { model: string; version: string; signature: Signature };

export type Scored = ServedModel & Answers & { rows: number; milliseconds: number };

/** Models that answer, whoever asks and in whichever protocol. References are those of `ModelRef`. */
export type ModelScorer = {
  /** Does not load the model. Errors: `models/*-not-found`, `models/no-onnx`. */
  describe(ref: string): Promise<ServedModel>;
  /**
   * The answers for the tensors that `encode` makes by the signature.
   * Errors: those of `describe` and of `encode`, `predictions/busy`, `models/invalid-onnx`; the reason of `signal`.
   */
  score(
    ref: string,
    encode: (signature: Signature) => Promise<EncodedRows>,
    signal?: AbortSignal,
  ): Promise<Scored>;
  /** Loads a model ahead of its first request and runs it once. */
  warm(ref: string): Promise<void>;
  /** Gives the memory of a model back; it is loaded again by its next request. */
  unload(ref: string): Promise<void>;
};

export type ServingService = ModelScorer & {
  predict(request: PredictRequest, signal?: AbortSignal): Promise<PredictResponse>;
  loaded(): { model: string; version: string; digest: string; predictions: number }[];
  /** Told of every prediction, for metrics. */
  onPrediction(
    listener: (p: { model: string; version: string; rows: number; seconds: number; ok: boolean }) => void,
  ): void;
  close(): Promise<void>;
};
