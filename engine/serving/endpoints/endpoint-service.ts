import type {
  CanaryCommand,
  CreateEndpoint,
  EndpointChange,
  EndpointPredictRequest,
  EndpointPredictResponse,
  EndpointStats,
  EndpointValidation,
  GroundTruthRequest,
  Job,
  LoggedRequest,
  OutcomesRequest,
  Page,
  ReplayRequest,
  ServingEndpoint,
  Signature,
  UpdateEndpoint,
} from '../../../local-api/contract/index.ts';
import type { CheckObservation } from './request-guard.ts';
import type { LoggedLine, RequestSelection } from './request-lines.ts';
import type { RequestQuery } from './request-log.ts';

/** What comes with a prediction besides its rows. */
export type PredictionCall = {
  requestId: string;
  /** A header of the request by its name in lower case, for sticky arms. */
  header(name: string): string | undefined;
  /** The caller waits no longer than this. */
  timeoutMs?: number | undefined;
  signal?: AbortSignal | undefined;
};

/** An answer, or none, for metrics. `refused`: the request does not fit the model, or its sender has gone. */
export type EndpointObservation = {
  endpoint: string;
  arm: string;
  rows: number;
  seconds: number;
  outcome: 'ok' | 'error' | 'refused';
};

/** What an endpoint takes and gives now. `refs` are all versions of its route, shadows included. */
export type ServedEndpoint = { signature: Signature; isPaused: boolean; refs: string[] };

/** Logged requests of an endpoint, or of a model at whatever endpoint. */
export type LoggedSelection = Omit<RequestSelection, 'endpointId' | 'before'> & {
  endpoint?: string | undefined;
};

/** How many requests were logged, and which version answered most of the newest. */
export type LoggedSummary = { requests: number; model: string; version: string };

/**
 * Stable names that route to versions. `endpoints/not-found` can come from each call that takes a name; routes that cannot
 * work are refused with `endpoints/bad-route` before anything changes.
 */
export type EndpointService = {
  list(): Promise<ServingEndpoint[]>;
  get(name: string): Promise<ServingEndpoint>;
  /**
   * Null when there is no endpoint of this name: it may be that of a model. Errors: `models/*-not-found` when no version of the
   * route is there any more.
   */
  describe(name: string): Promise<ServedEndpoint | null>;
  /** Errors: endpoints/name-taken, endpoints/no-schema. */
  create(request: CreateEndpoint): Promise<ServingEndpoint>;
  /** Errors: endpoints/changed when `expectedRevision` is another by now, endpoints/no-schema. */
  update(name: string, request: UpdateEndpoint): Promise<ServingEndpoint>;
  delete(name: string): Promise<void>;
  changes(name: string, query: { limit: number; before?: number | undefined }): Promise<EndpointChange[]>;
  /** Errors: endpoints/nothing-to-undo. */
  undo(name: string, by: { actor?: string | undefined; reason: string }): Promise<ServingEndpoint>;
  /** Errors: endpoints/no-canary. */
  commandCanary(name: string, command: CanaryCommand): Promise<ServingEndpoint>;
  /**
   * A canary that fails costs the caller nothing: the stable version answers instead, and the failure counts against the canary.
   * Errors: endpoints/paused, predictions/breaks-schema, predictions/deadline, and those of `ServingService.predict`.
   */
  predict(
    name: string,
    request: EndpointPredictRequest,
    call: PredictionCall,
  ): Promise<EndpointPredictResponse>;
  /** By which rules requests are checked, and what broke them since the engine started. */
  validation(name: string): Promise<EndpointValidation>;
  stats(name: string, windowSeconds: number): Promise<EndpointStats>;
  groundTruth(
    name: string,
    request: GroundTruthRequest,
  ): Promise<{ joined: number; unknown: number; unusable: number }>;
  outcomes(name: string, request: OutcomesRequest): Promise<{ joined: number; unknown: number }>;
  requests(name: string, query: RequestQuery): Promise<Page<LoggedRequest>>;
  /** Null when nothing was logged. */
  summarise(selection: LoggedSelection): Promise<LoggedSummary | null>;
  /** What was logged up to now with its true values, the newest first. */
  logged(selection: LoggedSelection, limit: number): AsyncIterable<LoggedLine>;
  /**
   * Submits a job that asks another version what was logged up to now, and compares; its result is a ReplayReport.
   * Errors: those of `ServingService.describe`; `endpoints/bad-route` when the version answers another question.
   */
  replay(name: string, request: ReplayRequest, parentJobId?: string | null): Promise<Job>;
  onPrediction(listener: (observation: EndpointObservation) => void): void;
  /** Told of every request that is held against a schema. */
  onCheck(listener: (observation: CheckObservation) => void): void;
  /** Looks at every canary now and writes what is not written yet; the timer that `start` sets does it each second. */
  check(): Promise<void>;
  start(): void;
  close(): Promise<void>;
};
