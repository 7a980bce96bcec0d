import type { Ids } from '../../engine/system/index.ts';
import type { Middleware } from './http-types.ts';

const acceptable = /^[\w.:/+=-]{1,128}$/;

/**
 * Gives every request an id, or keeps the one that came with it in `x-request-id` when that is short and plain.
 * It goes back in the answer and into the log, so that a fault shown to a person can be found again.
 */
export function requestId(ids: Ids): Middleware {
  return (request, response, next) => {
    const given = request.headers['x-request-id'];
    const id = typeof given === 'string' && acceptable.test(given) ? given : ids.id('req');
    response.locals.requestId = id;
    response.locals.route = 'unmatched';
    response.locals.endpointId = '';
    response.setHeader('X-Request-Id', id);
    next();
  };
}
