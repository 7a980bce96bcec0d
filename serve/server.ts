import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { AssayError } from '../engine/errors.ts';
import { kserveProtocol } from '../local-api/protocols/kserve/index.ts';
import { mlflowScoringProtocol } from '../local-api/protocols/mlflow-scoring/index.ts';
import { predictProtocol } from '../local-api/protocols/predict/index.ts';
import { answerWire, findRoute, sendWire } from '../local-api/protocols/scoring/answer.ts';
import { scoringFaultOf } from '../local-api/protocols/scoring/fault.ts';
import { createRequestIds } from '../local-api/protocols/scoring/request-ids.ts';
import { jsonAnswer, textAnswer, type WireProtocol } from '../local-api/protocols/scoring/wire.ts';
import type { ExportedModels } from './exported-models.ts';
import { metricsContentType, type ServerMetrics } from './metrics.ts';
import type { ServeOptions } from './options.ts';

/** Whoever watches the process asks these without a token. */
const openPaths = new Set(['/health', '/ping', '/v2/health/live', '/v2/health/ready']);

export type ModelServer = {
  url: string;
  /** Tells that it is not ready any more, refuses new connections and waits up to the grace for those being answered. */
  close(): Promise<void>;
};

/** Serves exported models. Errors: those of `listen`. */
export async function startModelServer(
  models: ExportedModels,
  metrics: ServerMetrics,
  options: Pick<ServeOptions, 'port' | 'host' | 'token' | 'graceMs'> & { version: string },
): Promise<ModelServer> {
  const listed = await models.list();
  const [only] = listed;
  const defaultModel = () => (listed.length === 1 && only !== undefined ? only.name : null);
  const protocols: WireProtocol[] = [
    kserveProtocol({ server: { name: 'assay-serve', version: options.version }, models }),
    mlflowScoringProtocol({ models, defaultModel }),
    predictProtocol(models, defaultModel),
  ];
  const isAllowed = tokenCheck(options.token);
  const ids = createRequestIds(Date.now().toString(36));
  let isClosing = false;

  const answer = async (
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
  ): Promise<string> => {
    const requestId = ids.next(request.headers);
    response.setHeader('X-Request-Id', requestId);
    if (isClosing) response.setHeader('Connection', 'close');
    if (isClosing && openPaths.has(path)) {
      sendWire(response, jsonAnswer({ live: true, ready: false, error: 'the server is ending' }, 503));
      return path;
    }
    if (!openPaths.has(path)) admit(request, response, isAllowed);
    if (path === '/health' && isReading(request)) {
      const shown = listed.map(({ name, version }) => ({ name, version }));
      sendWire(response, jsonAnswer({ status: 'ok', models: shown }));
      return path;
    }
    if (path === '/metrics' && isReading(request)) {
      const text = textAnswer(await metrics.text());
      sendWire(response, { ...text, headers: { 'Content-Type': metricsContentType } });
      return path;
    }
    const found = findRoute(protocols, request.method ?? '', path);
    if (found === null)
      throw new AssayError('request/not-found', `There is nothing at ${path.slice(0, 300)}.`);
    await answerWire(found.route, request, response, requestId);
    return found.route.name;
  };

  const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    const startedAt = performance.now();
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    let route = 'unmatched';
    response.once('close', () => {
      const seconds = (performance.now() - startedAt) / 1000;
      metrics.countRequest({ route, method: methodOf(request), status: response.statusCode, seconds });
    });
    answer(request, response, path).then(
      (name) => {
        route = name;
      },
      (thrown: unknown) => refuse(protocols, path, request, response, thrown),
    );
  });
  server.requestTimeout = 120_000;
  const connections = trackConnections(server);
  const port = await listen(server, options.port, options.host);
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `http://${host}:${port}`,
    async close() {
      isClosing = true;
      await connections.end(options.graceMs);
      await models.close();
    },
  };
}

/** Errors: `access/token-required`, `access/foreign-origin` for a page of another site that found the port. */
function admit(
  request: IncomingMessage,
  response: ServerResponse,
  isAllowed: (header: string) => boolean,
): void {
  const { origin, host, authorization } = request.headers;
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`)
    throw new AssayError(
      'access/foreign-origin',
      `The origin "${origin.slice(0, 200)}" may not call this server.`,
    );
  if (isAllowed(authorization ?? '')) return;
  response.setHeader('WWW-Authenticate', 'Bearer realm="assay-serve"');
  throw new AssayError('access/token-required', 'The request has no token, or not the one of this server.', {
    hint: 'Send "Authorization: Bearer <token>" with the token that the server was started with.',
  });
}

/** Compares digests, so that the time does not tell how much of a guess was right. */
function tokenCheck(token: string | null): (header: string) => boolean {
  if (token === null) return () => true;
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const expected = digest(token);
  return (header) => timingSafeEqual(digest(/^Bearer +(\S+)\s*$/i.exec(header)?.[1] ?? ''), expected);
}

function refuse(
  protocols: readonly WireProtocol[],
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
  thrown: unknown,
): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const { status, code, message } = scoringFaultOf(thrown);
  if (status === 500) console.error(thrown);
  const protocol = protocols.find((candidate) => candidate.owns(path));
  sendWire(response, protocol?.fault(thrown) ?? jsonAnswer({ error: message, code }, status));
  // What is left of a refused body: read on, so that the sender sees the answer before the connection ends.
  if (!request.complete) request.resume();
}

function isReading({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD';
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

function methodOf({ method }: IncomingMessage): string {
  return method !== undefined && methods.has(method) ? method : 'other';
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

/** The connections of a server, those with a request being answered apart. */
function trackConnections(server: Server) {
  const busy = new Map<Socket, boolean>();
  let isEnding = false;
  server.on('connection', (socket) => {
    busy.set(socket, false);
    socket.once('close', () => busy.delete(socket));
  });
  server.on('request', ({ socket }, response) => {
    busy.set(socket, true);
    response.once('close', () => {
      if (busy.has(socket)) busy.set(socket, false);
      // Ending sends what is still on its way first, unlike closing what the server holds for idle.
      if (isEnding) socket.end();
    });
  });
  return {
    /** Refuses new connections, and waits up to the grace for the answers that are being made. */
    end: (graceMs: number): Promise<void> =>
      new Promise((resolve) => {
        isEnding = true;
        const cutAll = setTimeout(() => server.closeAllConnections(), graceMs);
        server.close(() => {
          clearTimeout(cutAll);
          resolve();
        });
        for (const [socket, isBusy] of busy) if (!isBusy) socket.end();
      }),
  };
}
