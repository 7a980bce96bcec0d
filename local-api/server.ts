import { createServer, type Server } from 'node:http';
import express, { type Express } from 'express';
import { AssayError } from '../engine/errors.ts';
import type { Workspace } from '../engine/index.ts';
import { type Clock, type Logger, systemClock } from '../engine/system/index.ts';
import { serveDocs } from './docs/docs-routes.ts';
import { apiPredictions } from './front/api-predictions.ts';
import { throwHandedOver } from './front/handed-over.ts';
import { scoringFront } from './front/scoring-front.ts';
import { authenticate } from './middleware/authenticate.ts';
import { loopbackHostOnly, sameOriginOnly } from './middleware/foreign-requests.ts';
import type { Middleware } from './middleware/http-types.ts';
import { answerProblems } from './middleware/problem-details.ts';
import { requestId } from './middleware/request-id.ts';
import { securityHeaders } from './middleware/security-headers.ts';
import { createSession, type Session } from './middleware/session.ts';
import { staticFiles } from './middleware/static-files.ts';
import { kserveProtocol } from './protocols/kserve/index.ts';
import { answerMlflowFaults, mlflowEndpoints, serveMlflow } from './protocols/mlflow/index.ts';
import { mlflowScoringProtocol } from './protocols/mlflow-scoring/index.ts';
import { answerProtocolFaults, serveProtocols } from './protocols/scoring/bind.ts';
import { endpointsFirst } from './protocols/scoring/endpoint-models.ts';
import { createRequestIds, type RequestIds } from './protocols/scoring/request-ids.ts';
import type { WireProtocol } from './protocols/scoring/wire.ts';
import { workspaceModels } from './protocols/scoring/workspace-models.ts';
import { createEventStreams, type EventStreams } from './routes/event-stream.ts';
import { type Implementation, implement } from './routes/implement.ts';
import { createRoutes } from './routes/index.ts';
import { createMetrics, type Metrics } from './telemetry/metrics.ts';
import { version } from './version.ts';

/** A filter of 20,000 characters, percent-encoded, has to fit into the request line. */
const MAX_HEADER_BYTES = 128 * 1024;

const DEFAULT_TIMEOUT_MS = 30_000;

/** How many ports after a taken one are tried. */
const PORTS_TRIED = 20;

export type ServerOptions = {
  workspace: Workspace;
  /** Loopback only: the API is for programs of this machine. */
  host?: '127.0.0.1' | '::1';
  /** 0 for any free one. A taken one moves on to the next free one, up to 20 further. */
  port: number;
  /** Folder of the built workbench; without it only the API and its documentation are served. */
  rendererDir?: string;
  logger: Logger;
  clock?: Clock;
  /** Checks every answer against the contract. By default where NODE_ENV says test or development. */
  checkAnswers?: boolean;
  heartbeatMs?: number;
  /** Time for requests whose endpoint names none; 30 s. */
  timeoutMs?: number;
};

export type RunningServer = {
  /** `http://127.0.0.1:4890` */
  url: string;
  /** `url` with the token that signs a browser in. */
  readyUrl: string;
  port: number;
  /** Stops accepting, ends the event streams, and waits up to `graceMs` (3 s) for requests that are being answered. */
  close(options?: { graceMs?: number }): Promise<void>;
};

/** Serves the local API, its documentation and the workbench of an open workspace, on this machine only. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { workspace, logger, clock = systemClock } = options;
  const host = options.host ?? '127.0.0.1';
  const streams = createEventStreams(options.heartbeatMs);
  const server = createServer({ keepAliveTimeout: 65_000, maxHeaderSize: MAX_HEADER_BYTES });
  // Uploads may take hours; every route has its own limit, and headers keep theirs (60 s).
  server.requestTimeout = 0;
  const port = await listen(server, host, options.port);
  const metrics = createMetrics({ workspace, streams, logger });
  const parts: Parts = {
    ...{ streams, metrics, ids: createRequestIds(clock.nowMs().toString(36)) },
    session: createSession(workspace.token, port),
    protocols: scoringProtocols(workspace),
    routes: createRoutes(workspace),
    timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    checkAnswers: options.checkAnswers ?? ['test', 'development'].includes(process.env.NODE_ENV ?? ''),
  };
  const app = createApp(options, parts);
  const front = scoringFront(app, { ...parts, apiRoute: apiPredictions(parts.routes, parts) });
  server.on('request', front);
  // Who asks before sending a body (Expect: 100-continue) is told to go on where the body is read, or why not.
  server.on('checkContinue', front);
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return {
    url,
    readyUrl: `${url}/?token=${workspace.token}`,
    port,
    async close({ graceMs = 3000 } = {}) {
      streams.closeAll();
      await stop(server, graceMs);
      metrics.close();
    },
  };
}

type Parts = {
  streams: EventStreams;
  metrics: Metrics;
  ids: RequestIds;
  session: Session;
  protocols: readonly WireProtocol[];
  routes: Implementation;
  timeoutMs: number;
  checkAnswers: boolean;
};

/** The order matters: what is cheap and keeps strangers out comes first, and nothing is read before. */
function createApp(options: ServerOptions, parts: Parts): Express {
  const { ids, session, protocols, routes, metrics } = parts;
  const { workspace, logger } = options;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  // The contract describes the query; each route reads its own.
  app.set('query parser', false);
  app.use(requestId(ids), metrics.measure, securityHeaders);
  app.use(loopbackHostOnly, sameOriginOnly);
  app.use(authenticate(session));
  app.use(throwHandedOver);
  app.use(serveProtocols(protocols));
  app.use(serveMlflow(mlflowEndpoints(workspace)));
  const resolveVersion = (reference: string) => workspace.data.resolveVersion(reference);
  implement(app, routes, { ...parts, resolveVersion });
  app.get('/metrics', metrics.expose);
  serveDocs(app);
  // Before the pages: a wrong address of the API must not show one.
  app.use(['/api', '/docs'], nothingHere);
  if (options.rendererDir !== undefined) {
    app.use(staticFiles({ dir: options.rendererDir, prefix: '/', fallback: 'index.html' }));
  }
  app.use(nothingHere);
  app.use(answerProtocolFaults(protocols, { logger, countError: metrics.countError }));
  app.use(answerMlflowFaults({ logger, countError: metrics.countError }));
  app.use(answerProblems({ logger, countError: metrics.countError }));
  return app;
}

/** What other tools score models with. */
function scoringProtocols({ models: registry, serving, endpoints, settings }: Workspace): WireProtocol[] {
  const models = endpointsFirst(endpoints, registry, workspaceModels(registry, serving));
  return [
    kserveProtocol({ server: { name: 'assay', version }, models }),
    mlflowScoringProtocol({ models, defaultModel: () => settings.current().serving.defaultModel || null }),
  ];
}

const nothingHere: Middleware = (request) => {
  throw new AssayError('request/not-found', `There is nothing at ${request.baseUrl}${request.path}.`);
};

async function listen(server: Server, host: string, wanted: number): Promise<number> {
  const last = wanted === 0 ? 0 : Math.min(wanted + PORTS_TRIED, 65_535);
  for (let port = wanted; ; port += 1) {
    try {
      return await listenOn(server, host, port);
    } catch (thrown) {
      const isTaken = thrown instanceof Error && 'code' in thrown && thrown.code === 'EADDRINUSE';
      if (!isTaken || port >= last) throw thrown;
    }
  }
}

function listenOn(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      if (typeof address === 'object' && address !== null) resolve(address.port);
      else reject(new Error('The server listens on no port.'));
    });
  });
}

/** New connections are refused at once; one that has had its answer is closed, and what is still busy after the grace is cut. */
function stop(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const closeIdle = setInterval(() => server.closeIdleConnections(), 50);
    const cutAll = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearInterval(closeIdle);
      clearTimeout(cutAll);
      resolve();
    });
  });
}
