import type { IncomingHttpHeaders } from 'node:http';
import type { z } from 'zod';
import { AssayError } from '../../engine/errors.ts';
import { api, type Endpoint } from '../contract/index.ts';
import { checkJsonType, malformed } from '../middleware/read-json.ts';
import { readPredictRequest } from '../protocols/predict/read-predict-request.ts';
import { parseLongJson } from '../protocols/scoring/long-json.ts';
import { longJsonAnswer, type WireAnswer, type WireRequest } from '../protocols/scoring/wire.ts';
import { checkAnswer, type Implementation, type ImplementOptions, withinTime } from '../routes/implement.ts';
import type { FrontRoute } from './scoring-front.ts';

const { predict: ofModel } = api.predictions;
const { predict: ofEndpoint } = api.endpoints;
const endpointAddress = /^\/api\/v1\/endpoints\/([^/]+)\/predict$/;

/**
 * The two predictions of the contract, by the handlers that `implement` serves. Rows are not walked through by a schema first:
 * they are checked where they become tensors, cell by cell, anyway.
 */
export function apiPredictions(
  handlers: Pick<Implementation, 'predictions' | 'endpoints'>,
  { timeoutMs, checkAnswers }: Pick<ImplementOptions, 'timeoutMs' | 'checkAnswers'>,
): (path: string) => FrontRoute | null {
  const answerOf = async (
    endpoint: Endpoint & { response: z.ZodType },
    request: WireRequest,
    predict: (call: CallParts, body: unknown) => Promise<object>,
  ): Promise<WireAnswer> => {
    checkJsonType(request.headers['content-type']);
    const headers: Record<string, string> = {};
    const call = callOf(request, headers);
    const answer = await withinTime(
      parse(request.body).then((body) => predict(call, body)),
      endpoint.timeoutMs ?? timeoutMs,
    );
    if (checkAnswers) checkAnswer(endpoint.id, endpoint.response, answer);
    const sent = await longJsonAnswer(answer);
    return { ...sent, headers: { ...sent.headers, ...headers } };
  };
  const predictions: FrontRoute = {
    name: ofModel.path,
    endpointId: ofModel.id,
    answer: (request) =>
      answerOf(ofModel, request, async (call, body) =>
        handlers.predictions.predict({ ...call, ...none, body: readPredictRequest(body, { named: true }) }),
      ),
  };
  return (path) => {
    if (path === ofModel.path) return predictions;
    const name = decoded(endpointAddress.exec(path)?.[1]);
    if (name === null) return null;
    return {
      name: ofEndpoint.path,
      endpointId: ofEndpoint.id,
      answer: (request) =>
        answerOf(ofEndpoint, request, async (call, body) =>
          handlers.endpoints.predict({
            ...{ ...call, ...none, params: { name } },
            body: readPredictRequest(body, { named: false }),
          }),
        ),
    };
  };
}

const none = { params: undefined, query: undefined };

type CallParts = {
  signal: AbortSignal;
  parentJobId: null;
  requestId: string;
  header(name: string): string | undefined;
  setHeader(name: string, value: string): void;
};

function callOf({ headers, requestId, signal }: WireRequest, answered: Record<string, string>): CallParts {
  return {
    ...{ signal, requestId, parentJobId: null },
    header: (name) => textOf(headers, name),
    setHeader: (name, value) => {
      answered[name] = value;
    },
  };
}

function textOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

async function parse(body: Buffer): Promise<unknown> {
  if (body.length === 0) return {};
  try {
    return await parseLongJson(body, JSON.parse);
  } catch (thrown) {
    throw thrown instanceof AssayError ? thrown : malformed(body.toString('utf8'), thrown);
  }
}

/** Null for what Express refuses: no such address, or a percent sign without two hexadecimal digits. */
function decoded(text: string | undefined): string | null {
  if (text === undefined) return null;
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
