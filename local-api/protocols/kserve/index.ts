import { AssayError } from '../../../engine/errors.ts';
import { readRows } from '../mlflow-scoring/read-rows.ts';
import { predictionRecords } from '../mlflow-scoring/records.ts';
import { columnRows } from '../scoring/column-rows.ts';
import { scoringFaultOf } from '../scoring/fault.ts';
import { readJsonObject } from '../scoring/json-object.ts';
import { type AskedRows, type Described, refOf, type ScoringModels } from '../scoring/models.ts';
import { isRequestId } from '../scoring/request-ids.ts';
import {
  jsonAnswer,
  type WireAnswer,
  type WireProtocol,
  type WireRequest,
  withHeaders,
} from '../scoring/wire.ts';
import { type InferRequest, readInfer } from './read-infer.ts';
import { datatypeOf, tensorsToColumns, tensorsToRows } from './tensors-to-rows.ts';
import { checkOutputs, describeOutputs, writeInfer } from './write-infer.ts';

type Options = { server: { name: string; version: string }; models: ScoringModels };
type Params = { model: string; version: string | null };
type Route = {
  method: 'GET' | 'POST';
  path: string;
  answer(params: Params, request: WireRequest): Promise<WireAnswer>;
};

/**
 * The Open Inference Protocol (KServe v2) over HTTP, with binary tensors and the repository extension, and KServe v1's
 * predict. docs/reference/serving-protocols.md describes what is taken and given.
 *
 * A name is that of an endpoint first and of a model second; with a version it is always that of a model. Models load with their
 * first request; one that was unloaded answers again after a load.
 */
export function kserveProtocol(options: Options): WireProtocol {
  const routes = [...v2Routes(options), ...v1Routes(options.models)].map((route) => ({
    ...route,
    matches: matcher(route.path),
  }));
  return {
    owns: isKserve,
    find(method, path) {
      if (!isKserve(path)) return null;
      const plain = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
      let isKnown = false;
      for (const route of routes) {
        const params = route.matches(plain);
        if (params === null) continue;
        if (route.method === method)
          return { name: route.path, answer: (request) => route.answer(params, request) };
        isKnown = true;
      }
      if (isKnown)
        throw new AssayError('request/method-not-allowed', `${method} is not offered at this address`);
      throw new AssayError('request/not-found', `there is nothing at ${path.slice(0, 300)}`);
    },
    fault(thrown) {
      const { status, message, headers } = scoringFaultOf(thrown);
      return withHeaders(jsonAnswer({ error: message }, status), headers);
    },
  };
}

function isKserve(path: string): boolean {
  return path === '/v2' || path.startsWith('/v2/') || path === '/v1/models' || path.startsWith('/v1/models/');
}

/** Texts behind `{model}` and `{version}`, percent-decoded. */
function matcher(template: string): (path: string) => Params | null {
  const pattern = new RegExp(`^${template.replace(/\{(\w+)\}/g, '(?<$1>[^/:]+)')}$`);
  return (path) => {
    const match = pattern.exec(path);
    if (match === null) return null;
    return { model: decoded(match.groups?.model ?? ''), version: optional(match.groups?.version) };
  };
}

function optional(text: string | undefined): string | null {
  return text === undefined ? null : decoded(text);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AssayError('request/invalid', `"${text}" has a percent sign without two hexadecimal digits`);
  }
}

function v2Routes({ server, models }: Options): Route[] {
  const unloaded = new Set<string>();
  const isUnloaded = (name: string, { kind }: Pick<Described, 'kind'>): boolean =>
    kind === 'model' && unloaded.has(name);
  const isReady = async (name: string, version: string | null): Promise<boolean> => {
    try {
      const found = await models.describe(refOf(name, version));
      return found.isReady && !isUnloaded(name, found);
    } catch (thrown) {
      if (thrown instanceof AssayError) return false;
      throw thrown;
    }
  };
  const perModel = (method: Route['method'], rest: string, answer: Route['answer']): Route[] =>
    ['/v2/models/{model}', '/v2/models/{model}/versions/{version}'].map((base) => ({
      method,
      path: `${base}${rest}`,
      answer,
    }));
  const live = async () => jsonAnswer({ live: true, ready: true });
  return [
    { method: 'GET', path: '/v2/health/live', answer: live },
    { method: 'GET', path: '/v2/health/ready', answer: live },
    {
      method: 'GET',
      path: '/v2',
      answer: async () => jsonAnswer({ ...server, extensions: ['binary_tensor_data', 'model_repository'] }),
    },
    ...perModel('GET', '/ready', async ({ model, version }) => {
      const ready = await isReady(model, version);
      return jsonAnswer({ name: model, ready }, ready ? 200 : 404);
    }),
    ...perModel('GET', '', async ({ model, version }) => {
      const found = await models.describe(refOf(model, version));
      return jsonAnswer(metadata(model, found, await versionsOf(models, found, version)));
    }),
    ...perModel('POST', '/infer', async ({ model, version }, { body, ...caller }) => {
      const ref = refOf(model, version);
      if (unloaded.has(model) && isUnloaded(model, await models.describe(ref)))
        throw new AssayError('request/invalid', `model "${model}" is not loaded`);
      const request = await readInfer(caller.headers, body);
      const { scored, headers } = await models.answer(ref, rowsOf(request), withRequestId(caller, request));
      return withHeaders(await writeInfer(model, request, scored), headers);
    }),
    {
      method: 'POST',
      path: '/v2/repository/index',
      async answer(_params, { body }) {
        const { ready } = await readJsonObject(body);
        const index = (await models.list()).map(({ name, version, isReady: isOn }) => {
          // An endpoint has no version of its own.
          const named = version === null ? { name } : { name, version };
          if (!isOn) return { ...named, state: 'UNAVAILABLE', reason: 'paused' };
          return version !== null && unloaded.has(name)
            ? { ...named, state: 'UNAVAILABLE', reason: 'unloaded' }
            : { ...named, state: 'READY' };
        });
        return jsonAnswer(ready === true ? index.filter(({ state }) => state === 'READY') : index);
      },
    },
    {
      method: 'POST',
      path: '/v2/repository/models/{model}/load',
      async answer({ model }) {
        await models.warm(model);
        unloaded.delete(model);
        return jsonAnswer({});
      },
    },
    {
      method: 'POST',
      path: '/v2/repository/models/{model}/unload',
      async answer({ model }) {
        await models.unload(model);
        unloaded.add(model);
        return jsonAnswer({});
      },
    },
  ];
}

function rowsOf(request: InferRequest): AskedRows {
  return {
    async encode(signature) {
      checkOutputs(signature, request);
      return tensorsToRows(signature, request.inputs);
    },
    async columns(signature) {
      checkOutputs(signature, request);
      return tensorsToColumns(signature, request.inputs);
    },
  };
}

/** The id that a request carries in its body names it, where no header does. */
function withRequestId<T extends Omit<WireRequest, 'body'>>(caller: T, { id }: InferRequest): T {
  return caller.headers['x-request-id'] === undefined && isRequestId(id)
    ? { ...caller, requestId: id }
    : caller;
}

/** The versions that can be asked for by this name: of an endpoint none, unless a model has the same name. */
async function versionsOf(
  models: ScoringModels,
  { kind, model, version }: Described,
  asked: string | null,
): Promise<string[]> {
  if (asked !== null && version !== null) return [version];
  try {
    return await models.versions(model);
  } catch (thrown) {
    if (kind === 'endpoint' && thrown instanceof AssayError) return [];
    throw thrown;
  }
}

function metadata(name: string, { kind, signature }: Described, versions: string[]): object {
  return {
    name,
    ...(versions.length === 0 ? {} : { versions }),
    platform: kind === 'endpoint' ? 'assay_endpoint' : 'onnx_onnxv1',
    inputs: signature.inputs.map((input) => ({ name: input.name, datatype: datatypeOf(input), shape: [-1] })),
    outputs: describeOutputs(signature),
  };
}

function v1Routes(models: ScoringModels): Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/models',
      answer: async () => jsonAnswer({ models: [...new Set((await models.list()).map(({ name }) => name))] }),
    },
    {
      method: 'GET',
      path: '/v1/models/{model}',
      async answer({ model }) {
        const { isReady } = await models.describe(model);
        return jsonAnswer({ name: model, ready: isReady });
      },
    },
    {
      method: 'POST',
      path: '/v1/models/{model}:predict',
      async answer({ model }, { body, ...caller }) {
        const message = await readJsonObject(body);
        const rows = columnRows(async (signature) => readRows(signature, message));
        const { scored, headers } = await models.answer(model, rows, caller);
        return withHeaders(await predictionRecords(scored), headers);
      },
    },
  ];
}
