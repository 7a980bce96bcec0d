import { AssayError } from '../../../engine/errors.ts';
import type { ServedModel } from '../../../engine/serving/index.ts';
import { readRows } from '../mlflow-scoring/read-rows.ts';
import { predictionRecords } from '../mlflow-scoring/records.ts';
import { scoringFaultOf } from '../scoring/fault.ts';
import { readJsonObject } from '../scoring/json-object.ts';
import { refOf, type ScoringModels } from '../scoring/models.ts';
import {
  jsonAnswer,
  type WireAnswer,
  type WireProtocol,
  type WireRequest,
  withHeaders,
} from '../scoring/wire.ts';
import { readInfer } from './read-infer.ts';
import { datatypeOf, tensorsToRows } from './tensors-to-rows.ts';
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
 * Models load with their first request; one that was unloaded answers again after a load.
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
  const refuseUnloaded = (name: string): void => {
    if (unloaded.has(name)) throw new AssayError('request/invalid', `model "${name}" is not loaded`);
  };
  const isReady = async (ref: string): Promise<boolean> => {
    try {
      await models.describe(ref);
      return true;
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
      const ready = !unloaded.has(model) && (await isReady(refOf(model, version)));
      return jsonAnswer({ name: model, ready }, ready ? 200 : 404);
    }),
    ...perModel('GET', '', async ({ model, version }) => {
      const served = await models.describe(refOf(model, version));
      return jsonAnswer(
        metadata(model, served, version === null ? await models.versions(served.model) : null),
      );
    }),
    ...perModel('POST', '/infer', async ({ model, version }, { headers, body, signal }) => {
      refuseUnloaded(model);
      const request = readInfer(headers, body);
      const encode = (signature: ServedModel['signature']) => {
        checkOutputs(signature, request);
        return tensorsToRows(signature, request.inputs);
      };
      const scored = await models.score(refOf(model, version), encode, signal);
      return withHeaders(writeInfer(model, request, scored), await models.notices(scored));
    }),
    {
      method: 'POST',
      path: '/v2/repository/index',
      async answer(_params, { body }) {
        const { ready } = readJsonObject(body);
        const index = (await models.list()).map(({ name, version }) =>
          unloaded.has(name)
            ? { name, version, state: 'UNAVAILABLE', reason: 'unloaded' }
            : { name, version, state: 'READY' },
        );
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

function metadata(name: string, { version, signature }: ServedModel, versions: string[] | null): object {
  return {
    name,
    versions: versions ?? [version],
    platform: 'onnx_onnxv1',
    inputs: signature.inputs.map((input) => ({ name: input.name, datatype: datatypeOf(input), shape: [-1] })),
    outputs: describeOutputs(signature),
  };
}

function v1Routes(models: ScoringModels): Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/models',
      answer: async () => jsonAnswer({ models: (await models.list()).map(({ name }) => name) }),
    },
    {
      method: 'GET',
      path: '/v1/models/{model}',
      async answer({ model }) {
        await models.describe(model);
        return jsonAnswer({ name: model, ready: true });
      },
    },
    {
      method: 'POST',
      path: '/v1/models/{model}:predict',
      async answer({ model }, { body, signal }) {
        const message = readJsonObject(body);
        const scored = await models.score(model, (signature) => readRows(signature, message), signal);
        return withHeaders(await predictionRecords(scored), await models.notices(scored));
      },
    },
  ];
}
