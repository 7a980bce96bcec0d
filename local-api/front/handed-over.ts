import type { IncomingMessage } from 'node:http';
import type { Middleware } from '../middleware/http-types.ts';

type HandedOver = { route: string; endpointId: string; fault: unknown };

const handedOver = new WeakMap<IncomingMessage, HandedOver>();

/** Leaves the fault of a request to those who tell all faults; `throwHandedOver` finds it there. */
export function handOver(request: IncomingMessage, fault: HandedOver): void {
  handedOver.set(request, fault);
}

/** Throws what a request that was answered ahead of Express came to. Its body has been read. */
export const throwHandedOver: Middleware = (request, response, next) => {
  const found = handedOver.get(request);
  if (found === undefined) return next();
  response.locals.route = found.route;
  response.locals.endpointId = found.endpointId;
  throw found.fault;
};
