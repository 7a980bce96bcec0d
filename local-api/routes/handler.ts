import type { Readable } from 'node:stream';
import type { BodyOf, Endpoint, ParamsOf, QueryOf, ResponseOf } from '../contract/index.ts';
import type { EventFeed } from './event-stream.ts';
import type { Download } from './send-download.ts';

/** A validated request. */
type Call<E extends Endpoint> = {
  params: ParamsOf<E>;
  query: QueryOf<E>;
  /** The raw stream where the endpoint takes bytes. */
  body: E['body'] extends 'bytes' ? Readable : BodyOf<E>;
  /** Aborted when the client has gone or the time of the endpoint is up. */
  signal: AbortSignal;
  /** The job on whose behalf the caller works (header `Assay-Parent-Job`): jobs started here become its children. */
  parentJobId: string | null;
  /** A header of the request by its name in lower case. */
  header(name: string): string | undefined;
  /** As in `x-request-id` of the answer. */
  requestId: string;
  /** Sets a header of the answer. */
  setHeader(name: string, value: string): void;
};

/** What a handler gives back: the object to send as JSON, the bytes, or the feed of a stream. */
type Answer<E extends Endpoint> = E['response'] extends 'bytes'
  ? Download
  : E['response'] extends 'events'
    ? EventFeed
    : ResponseOf<E>;

type Handler<E extends Endpoint> = (
  call: Call<E>,
) => E['response'] extends 'none' ? Promise<void> : Promise<Answer<E>> | Answer<E>;

/** A handler for each endpoint of a resource, under the names of the contract. A missing one does not compile. */
export type Handlers<Resource> = {
  [N in keyof Resource]: Resource[N] extends Endpoint ? Handler<Resource[N]> : never;
};
