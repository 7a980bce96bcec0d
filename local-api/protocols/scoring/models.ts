import type { EncodedRows, ModelScorer, Scored } from '../../../engine/serving/index.ts';
import type { Cell, Signature } from '../../contract/index.ts';
import type { WireRequest } from './wire.ts';

/** Rows as a protocol reads them; both are read when they are asked for. */
export type AskedRows = {
  /** As the tensors of a model. Errors: those of the protocol, `predictions/bad-rows`. */
  encode(signature: Signature): Promise<EncodedRows>;
  /** As cells by column, for what keeps rows or decides by them before it is known which model answers. */
  columns(signature: Signature): Promise<Record<string, Cell[]>>;
};

/** What answers under a name. */
export type Described = {
  kind: 'model' | 'endpoint';
  signature: Signature;
  /** That answers; null for an endpoint, which chooses anew for each request. */
  version: string | null;
  /** The registered model of which versions can be asked for: of an endpoint, one of the same name, if there is one. */
  model: string;
  isReady: boolean;
};

export type Answered = {
  scored: Scored;
  /** What callers should know besides: that the version is deprecated, which arm of an endpoint it was. */
  headers: Record<string, string>;
};

/**
 * What the scoring protocols offer. A name is that of a model, a model with an alias (`late-flights@champion`) or version, or
 * anything else that answers under a name of its own: that is put before the models and passes on what it does not know.
 */
export type ScoringModels = Pick<ModelScorer, 'warm' | 'unload'> & {
  /** Does not load anything. Errors: `models/*-not-found`, `models/no-onnx`. */
  describe(ref: string): Promise<Described>;
  /** Errors: those of `describe` and of reading the rows, `predictions/*`, `endpoints/paused`; the reason of the signal. */
  answer(ref: string, rows: AskedRows, caller: Omit<WireRequest, 'body'>): Promise<Answered>;
  /** By name; a model with its newest version. */
  list(): Promise<Listed[]>;
  /** Versions of a model, newest first. Errors: `models/not-found`. */
  versions(name: string): Promise<string[]>;
};

export type Listed = { name: string; version: string | null; isReady: boolean };

/** The reference to a version (`1.2.0`, `3` or `@alias`) of a name; null is what the name itself points at. */
export function refOf(name: string, version: string | null): string {
  return version === null ? name : `${name.split('@', 1)[0]}/${version}`;
}
