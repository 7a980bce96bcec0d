import type { z } from 'zod';
import {
  api,
  type BodyInput,
  type Endpoint,
  type Job,
  type JobProgress,
  type ParamsInput,
  type ResponseOf,
} from '../contract/index.ts';
import { apiErrorOf } from './api-error.ts';
import { followEvents, type StreamedEvent } from './follow-events.ts';
import { pause } from './pause.ts';
import { urlOf } from './url-of.ts';

export type { StreamedEvent };

/** A stream in Node needs no known length; a browser sends a Blob or a typed array. */
type Bytes = Blob | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;

type CallOptions = { signal?: AbortSignal | undefined };

/** Query fields by the types they have after parsing (`limit: 20`, not `limit: unknown`), optional where a default exists. */
type QueryFields<E extends Endpoint> = E['query'] extends z.ZodObject
  ? {
      [K in keyof z.input<E['query']>]: K extends keyof z.output<E['query']>
        ? z.output<E['query']>[K] | OptionalAsUndefined<z.input<E['query']>, K>
        : never;
    }
  : never;
type OptionalAsUndefined<T, K extends keyof T> = Record<string, never> extends Pick<T, K> ? undefined : never;

type ParamsPart<E extends Endpoint> = E extends { params: z.ZodType } ? { params: ParamsInput<E> } : unknown;
type QueryPart<E extends Endpoint> = E extends { query: z.ZodObject }
  ? Record<string, never> extends QueryFields<E>
    ? { query?: QueryFields<E> | undefined }
    : { query: QueryFields<E> }
  : unknown;
type BodyPart<E extends Endpoint> = E extends { body: 'bytes' }
  ? { body: Bytes }
  : E extends { body: z.ZodType }
    ? { body: BodyInput<E> }
    : unknown;
type StreamPart<E extends Endpoint> = E extends { response: 'events' }
  ? { lastEventId?: number | undefined }
  : unknown;

/** What a call of an endpoint takes: its params, query and body as declared, and a signal to give up. */
type Input<E extends Endpoint> = ParamsPart<E> & QueryPart<E> & BodyPart<E> & StreamPart<E> & CallOptions;

type Answer<E extends Endpoint> = E extends { response: 'events' }
  ? AsyncGenerator<StreamedEvent, void>
  : E extends { response: 'bytes' }
    ? Promise<Response>
    : Promise<ResponseOf<E>>;

type Call<E extends Endpoint> =
  Record<string, never> extends Input<E> ? (input?: Input<E>) => Answer<E> : (input: Input<E>) => Answer<E>;

type JobWait = CallOptions & { onProgress?: ((progress: JobProgress, job: Job) => void) | undefined };

/** One function an endpoint, grouped as in the contract: `client.runs.list({ query: { limit: 20 } })`. */
export type Client = {
  [G in keyof typeof api]: {
    [N in keyof (typeof api)[G]]: (typeof api)[G][N] extends Endpoint ? Call<(typeof api)[G][N]> : never;
  };
} & {
  /** Resolves when the job has ended, however it did. Asks again every 50 to 500 ms. */
  waitForJob(jobId: string, options?: JobWait): Promise<Job>;
};

export type ClientOptions = {
  /** `http://127.0.0.1:4890`; left out in the workbench, whose addresses are relative. */
  baseUrl?: string;
  /** Bearer token; left out in the workbench, which has the session cookie. */
  token?: string;
  fetch?: typeof globalThis.fetch;
  /** For code that runs inside a job: jobs started through this client become children of that one. */
  parentJobId?: string;
};

type AnyInput = {
  params?: Record<string, string>;
  query?: Record<string, unknown>;
  body?: unknown;
  signal?: AbortSignal;
  lastEventId?: number;
};

/**
 * A typed client of the local API, for Node and browsers.
 *
 * JSON answers come parsed, `bytes` answers as a `Response` whose body streams, `events` as an async generator that
 * reconnects and resumes by itself. Errors are thrown as `ApiError`.
 *
 * @example
 * const client = createClient({ baseUrl: 'http://127.0.0.1:4890', token });
 * const { items } = await client.runs.list({ query: { filter: 'metrics.auc > 0.8', limit: 20 } });
 */
export function createClient(options: ClientOptions = {}): Client {
  const call = (endpoint: Endpoint) => (input?: AnyInput) => {
    if (endpoint.response !== 'events') return request(options, endpoint, input);
    const { lastEventId, ...rest } = input ?? {};
    return followEvents((headers) => send(options, endpoint, rest, headers), lastEventId, rest.signal);
  };
  const groups = Object.entries(api).map(([group, endpoints]) => [
    group,
    Object.fromEntries(Object.entries(endpoints).map(([name, endpoint]) => [name, call(endpoint)])),
  ]);
  const client = Object.fromEntries(groups) as Client;
  client.waitForJob = (jobId, wait) => waitForJob(client, jobId, wait);
  return client;
}

async function request(options: ClientOptions, endpoint: Endpoint, input: AnyInput = {}): Promise<unknown> {
  const response = await send(options, endpoint, input, {});
  if (!response.ok) throw await apiErrorOf(response);
  if (endpoint.response === 'bytes') return response;
  if (response.status === 204) return undefined;
  return response.json();
}

function send(
  options: ClientOptions,
  endpoint: Endpoint,
  input: AnyInput,
  headers: Record<string, string>,
): Promise<Response> {
  const init: RequestInit & { duplex?: 'half' } = { method: endpoint.method, headers };
  if (options.token !== undefined) {
    headers.authorization = `Bearer ${options.token}`;
    // On the same machine, compressing costs more than it saves. Browsers set this header themselves.
    headers['accept-encoding'] = 'identity';
  }
  if (options.parentJobId !== undefined) headers['assay-parent-job'] = options.parentJobId;
  if (input.signal) init.signal = input.signal;
  if (endpoint.body === 'bytes') {
    headers['content-type'] = 'application/octet-stream';
    init.body = input.body as Bytes;
    // Node refuses to send a stream without it, and it is the only value there is.
    if (init.body instanceof ReadableStream) init.duplex = 'half';
  } else if (input.body !== undefined) {
    headers['content-type'] = 'application/json';
    init.body = JSON.stringify(input.body);
  }
  const doFetch = options.fetch ?? globalThis.fetch;
  return doFetch(urlOf(endpoint, input, options.baseUrl), init);
}

async function waitForJob(client: Client, jobId: string, { onProgress, signal }: JobWait = {}): Promise<Job> {
  let pauseMs = 50;
  let last = '';
  for (;;) {
    const job = await client.jobs.get({ params: { jobId }, signal });
    const seen = `${job.state} ${job.progress.fraction} ${job.progress.message}`;
    if (seen !== last) onProgress?.(job.progress, job);
    last = seen;
    if (job.state !== 'queued' && job.state !== 'running') return job;
    await pause(pauseMs, signal);
    pauseMs = Math.min(pauseMs * 1.5, 500);
  }
}
