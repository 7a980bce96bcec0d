import type { Middleware } from './http-types.ts';

const acceptable = /^[\w.:/+=-]{1,128}$/;

/**
 * Gives every request an id, or keeps the one that came with it in `x-request-id` when that is short and plain.
 * It goes back in the answer and into the log, so that a fault shown to a person can be found again.
 *
 * @param epoch tells this start of the engine from others; within it requests are numbered
 */
export function requestId(epoch: string): Middleware {
  let requests = 0;
  return (request, response, next) => {
    const given = request.headers['x-request-id'];
    requests += 1;
    const id =
      typeof given === 'string' && acceptable.test(given) ? given : `req_${epoch}-${requests.toString(36)}`;
    response.locals.requestId = id;
    response.locals.route = 'unmatched';
    response.locals.endpointId = '';
    response.setHeader('X-Request-Id', id);
    next();
  };
}
