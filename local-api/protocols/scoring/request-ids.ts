import type { IncomingHttpHeaders } from 'node:http';

const acceptable = /^[\w.:/+=-]{1,128}$/;

/** Whether a caller may name a request so: short and plain. */
export function isRequestId(text: string | string[] | undefined): text is string {
  return typeof text === 'string' && acceptable.test(text);
}

export type RequestIds = { next(headers: IncomingHttpHeaders): string };

/**
 * The id of each request: the one that came with it in `x-request-id` when that is short and plain, else a new one.
 *
 * @param epoch tells this start of the engine from others; within it requests are numbered
 */
export function createRequestIds(epoch: string): RequestIds {
  let requests = 0;
  return {
    next({ 'x-request-id': given }) {
      requests += 1;
      return isRequestId(given) ? given : `req_${epoch}-${requests.toString(36)}`;
    },
  };
}
