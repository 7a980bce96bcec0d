import type { Logger } from '../../../engine/system/index.ts';
import type { ErrorCode } from '../../contract/index.ts';
import type { ErrorMiddleware, Middleware } from '../../middleware/http-types.ts';
import { answerWire, findRoute, sendWire } from './answer.ts';
import { scoringFaultOf } from './fault.ts';
import type { WireProtocol } from './wire.ts';

/** Serves scoring protocols beside the API. */
export function serveProtocols(protocols: readonly WireProtocol[]): Middleware {
  return async (request, response, next) => {
    const found = findRoute(protocols, request.method, request.path);
    if (found === null) return next();
    response.locals.route = found.route.name;
    response.locals.endpointId = `${request.method} ${found.route.name}`;
    await answerWire(found.route, request, response, response.locals.requestId);
  };
}

/** Tells faults at the addresses of a scoring protocol in its own words; others go on. */
export function answerProtocolFaults(
  protocols: readonly WireProtocol[],
  options: { logger: Logger; countError(endpointId: string, code: ErrorCode): void },
): ErrorMiddleware {
  return (thrown, request, response, next) => {
    const protocol = protocols.find((candidate) => candidate.owns(request.path));
    if (protocol === undefined || response.headersSent || response.destroyed) return next(thrown);
    const { code, status } = scoringFaultOf(thrown);
    const { requestId, route, endpointId } = response.locals;
    options.countError(endpointId, code);
    const fields = { requestId, method: request.method, route, code, status };
    if (status >= 500) options.logger.error({ ...fields, err: thrown }, 'A scoring request failed');
    else options.logger.debug(fields, 'A scoring request was refused');
    sendWire(response, protocol.fault(thrown));
    // What is left of a refused body: read on, so that the sender sees the answer before the connection ends.
    if (!request.complete) request.resume();
  };
}
