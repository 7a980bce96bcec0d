import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Workspace } from '../../engine/index.ts';
import type { Logger } from '../../engine/system/index.ts';
import type { Middleware } from '../middleware/http-types.ts';
import type { EventStreams } from '../routes/event-stream.ts';
import { createEngineMetrics } from './engine-metrics.ts';
import { createHttpMetrics, type HttpMetrics } from './http-metrics.ts';

export type Metrics = HttpMetrics & {
  /** Answers `GET /metrics` in the text format of Prometheus. */
  expose: Middleware;
  close(): void;
};

/** All metrics of one server, in a registry of their own: two servers in one process do not mix. */
export function createMetrics(options: {
  workspace: Workspace;
  streams: EventStreams;
  logger: Logger;
}): Metrics {
  const registry = new Registry();
  // Process figures and event loop lag, under the names that dashboards for Node know.
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'assay_event_streams',
    help: 'Open streams of events',
    registers: [registry],
    collect() {
      this.set(options.streams.count);
    },
  });
  const http = createHttpMetrics(registry);
  const stopListening = createEngineMetrics(registry, options.workspace, options.logger);
  return {
    ...http,
    async expose(_request, response) {
      response.locals.route = '/metrics';
      const text = await registry.metrics();
      response.setHeader('Content-Type', registry.contentType);
      response.end(text);
    },
    close() {
      stopListening();
      registry.clear();
    },
  };
}
