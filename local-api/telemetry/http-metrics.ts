import type { IncomingMessage, ServerResponse } from 'node:http';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Middleware } from '../middleware/http-types.ts';

export type HttpMetrics = {
  measure: Middleware;
  /** Counts a request as being answered; what it gives is called once, with the answer, or with null when another measures it. */
  begin(request: IncomingMessage): (answered: { route: string; response: ServerResponse } | null) => void;
  countError(endpointId: string, code: string): void;
};

/**
 * Requests by route template, never by address, so that the number of time series is bounded by the contract.
 * Streams of events are not timed: they last as long as a page is open.
 */
export function createHttpMetrics(registry: Registry): HttpMetrics {
  const registers = [registry];
  const duration = new Histogram({
    name: 'assay_http_request_duration_seconds',
    help: 'Time from the first byte of a request to the last of its answer',
    labelNames: ['route', 'method', 'status'] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const inFlight = new Gauge({
    name: 'assay_http_requests_in_flight',
    help: 'Requests being answered now, event streams included',
    registers,
  });
  const errors = new Counter({
    name: 'assay_http_errors_total',
    help: 'Requests answered with a problem, by endpoint and code of the problem',
    labelNames: ['endpoint', 'code'] as const,
    registers,
  });
  const begin: HttpMetrics['begin'] = (request) => {
    const started = performance.now();
    inFlight.inc();
    return (answered) => {
      inFlight.dec();
      if (answered === null) return;
      const { route, response } = answered;
      const labels = {
        route,
        method: knownMethod(request.method ?? ''),
        status: String(response.statusCode),
      };
      duration.observe(labels, (performance.now() - started) / 1000);
    };
  };
  return {
    begin,
    measure(request, response, next) {
      const end = begin(request);
      response.once('close', () => {
        const isStream = response.getHeader('content-type') === 'text/event-stream; charset=utf-8';
        end(isStream ? null : { route: response.locals.route, response });
      });
      next();
    },
    countError: (endpointId, code) => errors.inc({ endpoint: endpointId || 'none', code }),
  };
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

function knownMethod(method: string): string {
  return methods.has(method) ? method : 'other';
}
