import type { RemoteHttp } from './remote-http.ts';

/** What everything that talks to a far end gets. */
export type RemoteContext = {
  /** Requests with time limits, retries, a circuit breaker, and errors of this API. */
  http: RemoteHttp;
  signal: AbortSignal;
  nowMs(): number;
};
