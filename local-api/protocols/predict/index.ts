import { AssayError } from '../../../engine/errors.ts';
import { encodeRequest, type ModelScorer } from '../../../engine/serving/index.ts';
import { errorTable } from '../../contract/errors.ts';
import { scoringFaultOf } from '../scoring/fault.ts';
import { readJsonObject } from '../scoring/json-object.ts';
import { jsonAnswer, longJsonAnswer, type WireProtocol } from '../scoring/wire.ts';
import { readPredictRequest } from './read-predict-request.ts';

const address = '/api/v1/predictions';

/**
 * Assay's own prediction, without the machinery of the API around it: the same request, answer and problems.
 * `defaultModel` answers where a request names no model; null when it has to name one.
 */
export function predictProtocol(
  models: Pick<ModelScorer, 'score'>,
  defaultModel: () => string | null,
): WireProtocol {
  const owns = (path: string): boolean => path === address;
  return {
    owns,
    find(method, path) {
      if (!owns(path)) return null;
      if (method !== 'POST')
        throw new AssayError('request/method-not-allowed', `${method} is not offered at ${path}.`);
      return {
        name: address,
        async answer({ headers, body, signal }) {
          checkType(headers['content-type']);
          const { model, ...request } = readPredictRequest(
            withModel(await readJsonObject(body), defaultModel()),
            {
              named: true,
            },
          );
          const scored = await models.score(model, (signature) => encodeRequest(signature, request), signal);
          const { signature: _, ...answer } = scored;
          return longJsonAnswer(answer);
        },
      };
    },
    fault(thrown) {
      const { code, message, headers } = scoringFaultOf(thrown);
      const { status, title, hint } = errorTable[code];
      const problems = thrown instanceof AssayError ? thrown.problems : undefined;
      const detail = thrown instanceof AssayError ? thrown.message : message;
      const problem = { type: `/docs/errors#${code}`, title, status, code, detail, hint };
      const answer = jsonAnswer(problems === undefined ? problem : { ...problem, problems }, status);
      return { ...answer, headers: { 'Content-Type': 'application/problem+json', ...headers } };
    },
  };
}

function withModel(message: Record<string, unknown>, defaultModel: string | null): Record<string, unknown> {
  return message.model === undefined && defaultModel !== null ? { ...message, model: defaultModel } : message;
}

function checkType(type: string | undefined): void {
  if (/^application\/json\s*(;|$)/i.test(type ?? '')) return;
  throw new AssayError(
    'request/unsupported-media-type',
    `The body is "${(type ?? '').slice(0, 200)}" and must be application/json.`,
  );
}
