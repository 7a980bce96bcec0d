import type { Express } from 'express';
import type { z } from 'zod';
import { AssayError } from '../../engine/errors.ts';
import { api, type DatasetVersion, type Endpoint } from '../contract/index.ts';
import { sendText } from '../middleware/compression.ts';
import type { HttpRequest, HttpResponse, Middleware } from '../middleware/http-types.ts';
import { jsonReader } from '../middleware/read-json.ts';
import type { EventFeed, EventStreams } from './event-stream.ts';
import type { Handlers } from './handler.ts';
import { byPrecedence, expressPath, pathMatcher } from './path-template.ts';
import { receiveBytes } from './receive-bytes.ts';
import { referenceResolver } from './resolve-references.ts';
import { type Download, sendDownload } from './send-download.ts';
import { pickFields } from './sparse-fields.ts';
import { validate } from './validate.ts';

const DEFAULT_MAX_BYTES = 1024 ** 3;

export type Implementation = { [G in keyof typeof api]: Handlers<(typeof api)[G]> };

export type ImplementOptions = {
  streams: EventStreams;
  /** For endpoints that name none. */
  timeoutMs: number;
  /** Checks answers against the contract too: for tests and development, where a wrong one should be loud. */
  checkAnswers: boolean;
  /** The dataset version that a reference names. */
  resolveVersion(reference: string): Promise<DatasetVersion>;
};

/** Inside here a handler is what the types of `Implementation` allow; the check against the contract is done by them. */
type AnyHandler = (call: never) => unknown;

/**
 * Serves the whole contract: validation, defaults, limits, time-outs and answers follow from the declarations.
 * An address that is declared with other methods answers 405 with Allow.
 */
export function implement(app: Express, handlers: Implementation, options: ImplementOptions): void {
  const bound: { endpoint: Endpoint; handler: AnyHandler }[] = [];
  for (const [group, endpoints] of Object.entries(api)) {
    const implementations: Record<string, AnyHandler> = handlers[group as keyof typeof api];
    for (const [name, endpoint] of Object.entries(endpoints)) {
      const handler = implementations[name];
      if (handler) bound.push({ endpoint, handler });
    }
  }
  bound.sort((a, b) => byPrecedence(a.endpoint.path, b.endpoint.path));
  for (const { endpoint, handler } of bound) {
    const method = endpoint.method.toLowerCase() as 'get' | 'post' | 'put' | 'patch' | 'delete';
    app[method](expressPath(endpoint.path), serve(endpoint, handler, options));
  }
  app.use(refuseOtherMethods(bound.map(({ endpoint }) => endpoint)));
}

function serve(endpoint: Endpoint, handler: AnyHandler, options: ImplementOptions): Middleware {
  const readJson = jsonReader(endpoint.maxBodyBytes);
  const maxBytes = endpoint.maxBodyBytes ?? DEFAULT_MAX_BYTES;
  const resolveReferences = referenceResolver(endpoint, options.resolveVersion);
  const hasJsonBody = endpoint.body !== undefined && endpoint.body !== 'bytes';
  return async (request, response) => {
    response.locals.route = endpoint.path;
    response.locals.endpointId = endpoint.id;
    const gone = new AbortController();
    response.once('close', () => {
      if (!response.writableFinished) gone.abort();
    });
    let fields: string | null = null;
    const work = async () => {
      if (endpoint.body && request.headers.expect) response.writeContinue();
      const parsed = validate(endpoint, {
        params: paramsOf(request),
        query: queryOf(request),
        body: hasJsonBody ? await readJson(request, response) : undefined,
      });
      await resolveReferences?.(parsed);
      const body = endpoint.body === 'bytes' ? receiveBytes(request, maxBytes, gone.signal) : parsed.body;
      const parentJob = request.headers['assay-parent-job'];
      const parentJobId = typeof parentJob === 'string' && parentJob !== '' ? parentJob : null;
      fields = wantedFields(parsed.query);
      const setHeader = (name: string, value: string) => void response.setHeader(name, value);
      const header = (name: string) => {
        const value = request.headers[name];
        return typeof value === 'string' ? value : undefined;
      };
      const { requestId } = response.locals;
      const told = { signal: gone.signal, parentJobId, header, requestId, setHeader };
      return handler({ ...parsed, body, ...told } as never);
    };
    const answer = await withinTime(work(), endpoint.timeoutMs ?? options.timeoutMs).catch(
      (thrown: unknown) => {
        // What the handler left unread or undone is nobody's business any more.
        gone.abort(thrown);
        throw thrown;
      },
    );
    await sendAnswer(endpoint, answer, fields, request, response, gone.signal, options);
  };
}

/** The work goes on after the time is up unless it listens to the signal, but nobody waits for it any more. */
export function withinTime<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new AssayError('request/timeout', `There was no answer within ${timeoutMs / 1000} seconds.`));
    }, timeoutMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function sendAnswer(
  endpoint: Endpoint,
  answer: unknown,
  fields: string | null,
  request: HttpRequest,
  response: HttpResponse,
  signal: AbortSignal,
  options: ImplementOptions,
): Promise<void> | void {
  if (endpoint.response === 'bytes') return sendDownload(request, response, answer as Download, signal);
  if (endpoint.response === 'events') return options.streams.open(request, response, answer as EventFeed);
  response.statusCode = endpoint.status ?? 200;
  if (endpoint.response === 'none') {
    response.end();
    return;
  }
  if (options.checkAnswers) checkAnswer(endpoint.id, endpoint.response, answer);
  const sent = fields === null ? answer : pickFields(answer, fields);
  return sendText(request, response, response.statusCode, 'application/json', JSON.stringify(sent));
}

/** Throws when an answer is not what the contract says, which is a fault of the engine. */
export function checkAnswer(endpointId: string, schema: z.ZodType, answer: unknown): void {
  const checked = schema.safeParse(answer);
  if (checked.success) return;
  const faults = checked.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`The answer of ${endpointId} breaks its contract: ${faults.slice(0, 10).join('; ')}`);
}

/** The parameter `fields` of a list; null when everything is wanted. */
function wantedFields(query: unknown): string | null {
  if (typeof query !== 'object' || query === null || !('fields' in query)) return null;
  return typeof query.fields === 'string' && query.fields.trim() !== '' ? query.fields : null;
}

/** The rest of the path (`{path+}`) arrives as its decoded segments. */
function paramsOf(request: HttpRequest): Record<string, string> {
  const params: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.params)) {
    params[name] = Array.isArray(value) ? value.join('/') : value;
  }
  return params;
}

const noQuery = new URLSearchParams();

function queryOf(request: HttpRequest): URLSearchParams {
  const mark = request.url.indexOf('?');
  return mark < 0 ? noQuery : new URLSearchParams(request.url.slice(mark + 1));
}

function refuseOtherMethods(endpoints: readonly Endpoint[]): Middleware {
  const routes = endpoints.map((endpoint) => ({ endpoint, matches: pathMatcher(endpoint.path) }));
  return (request, response, next) => {
    const allowed = routes.filter(({ matches }) => matches(request.path)).map(({ endpoint }) => endpoint);
    const [first] = allowed;
    if (!first) return next();
    const methods = new Set<string>(allowed.map(({ method }) => method));
    if (methods.has('GET')) methods.add('HEAD');
    response.locals.route = first.path;
    response.setHeader('Allow', [...methods].join(', '));
    throw new AssayError(
      'request/method-not-allowed',
      `${request.method} is not offered at ${first.path}; ${[...methods].join(', ')} ${methods.size > 1 ? 'are' : 'is'}.`,
    );
  };
}
