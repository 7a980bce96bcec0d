import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { isLoopbackHost, isSameOrigin } from '../middleware/foreign-requests.ts';
import { dataHeaders } from '../middleware/security-headers.ts';
import type { Session } from '../middleware/session.ts';
import { answerOfWire } from '../protocols/scoring/answer.ts';
import type { RequestIds } from '../protocols/scoring/request-ids.ts';
import type { WireAnswer, WireProtocol, WireRequest } from '../protocols/scoring/wire.ts';
import type { HttpMetrics } from '../telemetry/http-metrics.ts';
import { handOver } from './handed-over.ts';

export type FrontRoute = {
  /** The address as a template. */
  name: string;
  endpointId: string;
  answer(request: WireRequest): Promise<WireAnswer>;
};

/**
 * Answers predictions ahead of `app`: walking through its middleware costs more than the model. Only what passes the same checks
 * of host, origin and token is answered here; all else, and every fault, is told by `app` in its own words.
 */
export function scoringFront(
  app: RequestListener,
  options: {
    protocols: readonly WireProtocol[];
    apiRoute(path: string): FrontRoute | null;
    session: Session;
    ids: RequestIds;
    metrics: Pick<HttpMetrics, 'begin'>;
  },
): RequestListener {
  const { session, ids, metrics } = options;

  const serve = async (
    route: FrontRoute,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    const end = metrics.begin(request);
    const requestId = ids.next(request.headers);
    try {
      const answer = await answerOfWire(request, response, requestId, (wire) => route.answer(wire));
      if (response.destroyed) return end({ route: route.name, response });
      response.once('close', () => end({ route: route.name, response }));
      const length = Buffer.byteLength(answer.body);
      response.writeHead(answer.status, {
        ...{ 'X-Request-Id': requestId, ...dataHeaders, ...answer.headers },
        'Content-Length': length,
      });
      response.end(answer.body);
    } catch (fault) {
      // Nobody is there to be told.
      if (response.destroyed) return end({ route: route.name, response });
      end(null);
      // Its id goes along, so that it is the same one wherever it is told.
      request.headers['x-request-id'] = requestId;
      handOver(request, { route: route.name, endpointId: route.endpointId, fault });
      app(request, response);
    }
  };

  return (request, response) => {
    const route = request.method === 'POST' ? routeOf(options, request.url ?? '') : null;
    if (route === null || !isAdmitted(session, request)) app(request, response);
    else void serve(route, request, response);
  };
}

function routeOf(
  { protocols, apiRoute }: { protocols: readonly WireProtocol[]; apiRoute(path: string): FrontRoute | null },
  path: string,
): FrontRoute | null {
  const found = apiRoute(path);
  if (found !== null) return found;
  try {
    for (const protocol of protocols) {
      const route = protocol.find('POST', path);
      if (route !== null) return { ...route, endpointId: `POST ${route.name}` };
    }
  } catch {
    // A wrong address or method of a protocol: told by `app`, as all faults are.
  }
  return null;
}

function isAdmitted(session: Session, { headers }: IncomingMessage): boolean {
  return isLoopbackHost(headers) && isSameOrigin(headers) && session.isAuthenticated({ headers });
}
