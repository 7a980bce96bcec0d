import { AssayError } from '../../../engine/errors.ts';
import type { ErrorCode } from '../../contract/errors.ts';
import { columnRows } from '../scoring/column-rows.ts';
import { scoringFaultOf } from '../scoring/fault.ts';
import { readJsonObject } from '../scoring/json-object.ts';
import type { AskedRows, ScoringModels } from '../scoring/models.ts';
import {
  jsonAnswer,
  textAnswer,
  type WireAnswer,
  type WireProtocol,
  type WireRequest,
  withHeaders,
} from '../scoring/wire.ts';
import { readCsv } from './read-csv.ts';
import { readRows } from './read-rows.ts';
import { predictionRecords } from './records.ts';

type Options = {
  models: ScoringModels;
  /** What `/invocations` without a name asks; null when nothing is set. */
  defaultModel(): string | null;
};

const named = /^\/endpoints\/([^/]+)\/invocations$/;
const plain = new Set(['/invocations', '/ping']);

/**
 * The protocol of MLflow's scoring server: `/invocations` and `/ping` for the model or endpoint that is set as the default one,
 * and `/endpoints/{name}/invocations`, the address that MLflow's deployment servers use, for any.
 * docs/reference/serving-protocols.md describes what is taken and given.
 */
export function mlflowScoringProtocol({ models, defaultModel }: Options): WireProtocol {
  const owns = (path: string): boolean => plain.has(path) || named.test(path);
  return {
    owns,
    find(method, path) {
      if (!owns(path)) return null;
      const isPing = path === '/ping';
      if (isPing ? method !== 'GET' && method !== 'HEAD' : method !== 'POST')
        throw new AssayError('request/method-not-allowed', `${method} is not offered at ${path}.`);
      if (isPing) return { name: '/ping', answer: () => ping(models, defaultModel()) };
      const [, name] = named.exec(path) ?? [];
      if (name !== undefined)
        return {
          name: '/endpoints/{name}/invocations',
          answer: (request) => invoke(models, decodeName(name), request),
        };
      return {
        name: '/invocations',
        async answer(request) {
          const model = defaultModel();
          if (model !== null) return invoke(models, model, request);
          throw new AssayError(
            'models/not-found',
            'No model answers /invocations here: set serving.defaultModel, or use /endpoints/{name}/invocations.',
          );
        },
      };
    },
    fault(thrown) {
      const { status, code, message, headers } = scoringFaultOf(thrown);
      if (code === 'request/unsupported-media-type') return textAnswer(message, 415);
      if (code === 'request/timeout') return textAnswer(message, 504);
      return withHeaders(jsonAnswer({ error_code: errorName(code, status), message }, status), headers);
    },
  };
}

/** 404 when there is no model to answer, as MLflow's containers tell whoever watches them. */
async function ping(models: ScoringModels, model: string | null): Promise<WireAnswer> {
  const isThere =
    model !== null &&
    (await models.describe(model).then(
      ({ isReady }) => isReady,
      () => false,
    ));
  return { status: isThere ? 200 : 404, headers: { 'Content-Type': 'application/json' }, body: '\n' };
}

async function invoke(models: ScoringModels, model: string, { body, ...caller }: WireRequest) {
  const rows = await reader(caller.headers['content-type'] ?? '', body);
  const { scored, headers } = await models.answer(model, rows, caller);
  return withHeaders(await predictionRecords(scored), headers);
}

/** Chooses by the content type. Errors: `request/unsupported-media-type`, `request/malformed`. */
async function reader(contentType: string, body: Buffer): Promise<AskedRows> {
  const [type = '', ...parameters] = contentType.split(';').map((part) => part.trim());
  for (const parameter of parameters) {
    const [key, value = ''] = parameter.split('=');
    if (key?.toLowerCase() !== 'charset') throw unsupported(`Unrecognized content type parameters: ${key}`);
    if (value.replaceAll('"', '').toLowerCase() !== 'utf-8')
      throw unsupported(`The charset ${value.slice(0, 60)} is not supported, only UTF-8`);
  }
  if (type === 'text/csv') return columnRows(async (signature) => readCsv(signature, body.toString('utf8')));
  if (type === 'application/json') {
    const message = await readJsonObject(body);
    return columnRows(async (signature) => readRows(signature, message));
  }
  throw unsupported(
    `The content type "${contentType.slice(0, 200)}" is not supported: use application/json or text/csv`,
  );
}

function unsupported(message: string): AssayError {
  return new AssayError('request/unsupported-media-type', message);
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    throw new AssayError('request/invalid', `"${name}" has a percent sign without two hexadecimal digits`);
  }
}

/** MLflow's name for one of our codes. */
function errorName(code: ErrorCode, status: number): string {
  if (code === 'request/malformed' || code === 'predictions/bad-rows') return 'BAD_REQUEST';
  if (status === 404) return code === 'request/not-found' ? 'ENDPOINT_NOT_FOUND' : 'RESOURCE_DOES_NOT_EXIST';
  if (status === 401) return 'UNAUTHENTICATED';
  if (status === 403) return 'PERMISSION_DENIED';
  if (status === 503) return 'TEMPORARILY_UNAVAILABLE';
  if (status === 504) return 'DEADLINE_EXCEEDED';
  return status < 500 ? 'INVALID_PARAMETER_VALUE' : 'INTERNAL_ERROR';
}
