import { createGunzip, createInflate } from 'node:zlib';
import type { Logger } from '../../../engine/system/index.ts';
import { type ErrorCode, errorTable } from '../../contract/index.ts';
import type { ErrorMiddleware, HttpRequest, HttpResponse, Middleware } from '../../middleware/http-types.ts';
import { pathMatcher } from '../../routes/path-template.ts';
import { receiveBytes } from '../../routes/receive-bytes.ts';
import { sendDownload } from '../../routes/send-download.ts';
import { type Answer, JsonText, type MlflowEndpoint, type RawCall } from './endpoint.ts';
import { invalidParameter, MlflowError, mlflowFaultOf } from './errors.ts';
import { readLenientJson } from './lenient-json.ts';

/** A batch of 1,000 metrics has about 150 kB; a dataset with its profile up to 17 MB. */
const maxMessageBytes = 64 * 1024 ** 2;
const maxFileBytes = 1024 ** 4;

const prefixed = /^\/(api|ajax-api)\/([23])\.0(\/.*)$/;
const plainPaths = new Set(['/version', '/get-artifact', '/model-versions/get-artifact', '/v1/traces']);

/** Whether an address is MLflow's and not ours: its faults are told in MLflow's words. */
export function isMlflowPath(path: string): boolean {
  return prefixed.test(path) || plainPaths.has(path) || path.startsWith('/ajax-api/');
}

type Found = { endpoint: MlflowEndpoint; params: Record<string, string> };

/**
 * Serves these endpoints under `/api/N.0` and `/ajax-api/N.0`. An address that MLflow might have and that is not among
 * them answers ENDPOINT_NOT_FOUND in JSON: its clients then try older addresses.
 */
export function serveMlflow(endpoints: readonly MlflowEndpoint[]): Middleware {
  const find = createFinder(endpoints);
  return async (request, response, next) => {
    if (request.path === '/health' && isMlflowClient(request)) return sendPlainText(response, 'OK');
    if (!isMlflowPath(request.path)) return next();
    const found = find(request.method, request.path);
    if (found === null) {
      throw new MlflowError(
        'ENDPOINT_NOT_FOUND',
        `There is no ${request.method} ${request.path.slice(0, 300)} here.`,
      );
    }
    const { endpoint, params } = found;
    response.locals.route =
      endpoint.version === 0 ? endpoint.path : `/api/${endpoint.version}.0${endpoint.path}`;
    response.locals.endpointId = `mlflow ${endpoint.method} ${endpoint.path}`;
    const gone = new AbortController();
    response.once('close', () => {
      if (!response.writableFinished) gone.abort(new Error('the client has gone'));
    });
    const answer = await endpoint.answer(await readCall(endpoint, params, request, gone.signal));
    await send(request, response, answer, gone.signal);
  };
}

/** MLflow's own servers answer the text OK; ours is JSON, for everybody else. */
function isMlflowClient(request: HttpRequest): boolean {
  return String(request.headers['user-agent'] ?? '').startsWith('mlflow-python-client');
}

/** Exact addresses by one look-up, templates one after the other, the more particular first. */
function createFinder(endpoints: readonly MlflowEndpoint[]): (method: string, path: string) => Found | null {
  const exact = new Map<string, MlflowEndpoint>();
  const templates: { endpoint: MlflowEndpoint; matches(path: string): boolean }[] = [];
  const keyOf = (method: string, version: number, path: string) => `${method} ${version} ${path}`;
  for (const endpoint of endpoints) {
    if (endpoint.path.includes('{')) templates.push({ endpoint, matches: pathMatcher(endpoint.path) });
    else exact.set(keyOf(endpoint.method, endpoint.version, endpoint.path), endpoint);
  }
  templates.sort((a, b) => literalLength(b.endpoint.path) - literalLength(a.endpoint.path));
  return (method, path) => {
    const [, family, version = '0', rest = path] = prefixed.exec(path) ?? [];
    const isOffered = (endpoint: MlflowEndpoint) => !endpoint.ajaxOnly || family === 'ajax-api';
    const plain = rest.length > 1 && rest.endsWith('/') ? rest.slice(0, -1) : rest;
    const known = exact.get(keyOf(method, Number(version), plain));
    if (known !== undefined) return isOffered(known) ? { endpoint: known, params: {} } : null;
    const fits = templates.find(
      ({ endpoint, matches }) =>
        endpoint.method === method &&
        endpoint.version === Number(version) &&
        isOffered(endpoint) &&
        matches(rest),
    );
    return fits === undefined
      ? null
      : { endpoint: fits.endpoint, params: paramsIn(fits.endpoint.path, rest) };
  };
}

function literalLength(template: string): number {
  return template.replace(/\{[^}]*\}/g, '').length;
}

/** The texts that the names of a template stand for, percent-decoded once. Errors: INVALID_PARAMETER_VALUE. */
function paramsIn(template: string, path: string): Record<string, string> {
  const names = template.split('/');
  const values = path.split('/');
  const params: Record<string, string> = {};
  for (const [index, segment] of names.entries()) {
    const [, name, isRest] = /^\{(\w+)(\+?)\}$/.exec(segment) ?? [];
    if (name === undefined) continue;
    const text = isRest ? values.slice(index).join('/') : (values[index] ?? '');
    try {
      params[name] = decodeURIComponent(text);
    } catch {
      throw invalidParameter(
        'The address has a percent sign that is not followed by two hexadecimal digits.',
      );
    }
  }
  return params;
}

async function readCall(
  endpoint: MlflowEndpoint,
  params: Record<string, string>,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<RawCall> {
  const mark = request.url.indexOf('?');
  const query = new URLSearchParams(mark < 0 ? '' : request.url.slice(mark + 1));
  const input =
    endpoint.takes === 'json' ? await readMessage(request) : endpoint.takes === 'query' ? inputOf(query) : {};
  return {
    input: { ...input, ...params },
    params,
    query,
    bytes: () => receiveBytes(request, maxFileBytes, signal, { anyType: true }),
    body: () => readBody(request),
    headers: request.headers,
    origin: `http://${request.headers.host}`,
  };
}

/** A key that comes more than once is a list. */
function inputOf(query: URLSearchParams): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const key of new Set(query.keys())) {
    const values = query.getAll(key);
    input[key] = values.length === 1 ? values[0] : values;
  }
  return input;
}

/** Errors: INVALID_PARAMETER_VALUE for another content type, a body that is too large, cut off or no JSON object. */
async function readMessage(request: HttpRequest): Promise<Record<string, unknown>> {
  const type = request.headers['content-type'] ?? '';
  const isChecked = request.method === 'POST' || request.method === 'PUT';
  if (isChecked && !/^application\/json\s*(;|$)/i.test(type)) {
    throw invalidParameter(`The content type has to be application/json, not "${type.slice(0, 200)}".`);
  }
  const value = readLenientJson((await readBody(request)).toString('utf8'));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidParameter('The body of the request has to be a JSON object.');
  }
  return { ...value };
}

/** The whole body, decompressed. Errors: INVALID_PARAMETER_VALUE when it is too large or cut off. */
async function readBody(request: HttpRequest): Promise<Buffer> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  const plain =
    encoding === 'gzip'
      ? request.pipe(createGunzip())
      : encoding === 'deflate'
        ? request.pipe(createInflate())
        : request;
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of plain.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > maxMessageBytes) break;
      chunks.push(chunk);
    }
  } catch {
    throw invalidParameter('The body of the request was cut off or is damaged.');
  }
  if (length > maxMessageBytes) {
    throw invalidParameter(`The body of the request has more than ${maxMessageBytes} bytes.`);
  }
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
}

function sendPlainText(response: HttpResponse, text: string): void {
  response.statusCode = 200;
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.end(text);
}

/** Not compressed: the client is on this machine, and packing would take longer than sending. */
async function send(
  request: HttpRequest,
  response: HttpResponse,
  answer: Answer,
  signal: AbortSignal,
): Promise<void> {
  if (answer.kind === 'text') return sendPlainText(response, answer.text);
  if (answer.kind === 'file') return sendDownload(request, response, answer.file, signal);
  response.statusCode = answer.status ?? 200;
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
  response.setHeader('Content-Type', 'application/json');
  response.end(answer.value instanceof JsonText ? answer.value.text : JSON.stringify(answer.value));
}

/** Tells faults at MLflow's addresses as MLflow does; others go on. */
export function answerMlflowFaults(options: {
  logger: Logger;
  countError(endpointId: string, code: ErrorCode): void;
}): ErrorMiddleware {
  return (thrown, request, response, next) => {
    if (!isMlflowPath(request.path) || response.headersSent || response.destroyed) return next(thrown);
    const { status, body, code } = mlflowFaultOf(thrown, (known) => errorTable[known].status);
    const { requestId, route, endpointId } = response.locals;
    options.countError(endpointId, code);
    const fields = { requestId, method: request.method, route, code: body.error_code, status };
    if (status >= 500) options.logger.error({ ...fields, err: thrown }, body.message);
    else options.logger.debug(fields, body.message);
    response.statusCode = status;
    response.removeHeader('Content-Disposition');
    response.removeHeader('ETag');
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(body));
    // What is left of a refused upload: read on, so that the sender sees the answer before the connection ends.
    if (!request.complete) request.resume();
  };
}
