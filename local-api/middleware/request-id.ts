import type { RequestIds } from '../protocols/scoring/request-ids.ts';
import type { Middleware } from './http-types.ts';

/**
 * Gives every request its id. It goes back in the answer and into the log, so that a fault shown to a person can be
 * found again.
 */
export function requestId(ids: RequestIds): Middleware {
  return (request, response, next) => {
    const id = ids.next(request.headers);
    response.locals.requestId = id;
    response.locals.route = 'unmatched';
    response.locals.endpointId = '';
    response.setHeader('X-Request-Id', id);
    next();
  };
}
