import { AssayError } from '../../../engine/errors.ts';
import type { ModelRegistry } from '../../../engine/models/index.ts';
import type { EndpointService, Scored } from '../../../engine/serving/index.ts';
import type { EndpointPredictResponse, Signature } from '../../contract/index.ts';
import { answerHeaders, deadlineOf, versionsIn } from '../../routes/endpoint-call.ts';
import type { ScoringModels } from './models.ts';

/**
 * Endpoints under their names, before the models. A request goes the way of the own protocol: route, limits, deadline, log,
 * cache and figures are those of the endpoint. A name with an alias or a version is always that of a model.
 */
export function endpointsFirst(
  endpoints: Pick<EndpointService, 'describe' | 'list' | 'predict'>,
  registry: Pick<ModelRegistry, 'resolve'>,
  models: ScoringModels,
): ScoringModels {
  return {
    async describe(ref) {
      const found = await endpoints.describe(ref);
      if (found === null) return models.describe(ref);
      const { signature, isPaused } = found;
      return { kind: 'endpoint', signature, version: null, model: ref, isReady: !isPaused };
    },

    async answer(ref, rows, caller) {
      const found = await endpoints.describe(ref);
      if (found === null) return models.answer(ref, rows, caller);
      const { headers, requestId, signal } = caller;
      const header = (name: string): string | undefined => {
        const value = headers[name];
        return typeof value === 'string' ? value : undefined;
      };
      const timeoutMs = deadlineOf(header('x-timeout-ms'));
      const columns = await rows.columns(found.signature);
      const answer = await endpoints.predict(ref, { columns }, { requestId, header, timeoutMs, signal });
      return {
        scored: scoredOf(answer, found.signature),
        headers: { 'X-Request-Id': requestId, ...(await answerHeaders(answer, registry)) },
      };
    },

    async list() {
      const served = (await endpoints.list()).map(({ name, isPaused }) => ({
        name,
        version: null,
        isReady: !isPaused,
      }));
      return [...served, ...(await models.list())].sort((a, b) => (a.name < b.name ? -1 : 1));
    },

    versions: models.versions,

    async warm(ref) {
      const found = await endpoints.describe(ref);
      for (const each of found === null ? [ref] : found.refs) await models.warm(each);
    },

    async unload(ref) {
      if ((await endpoints.describe(ref)) !== null)
        throw new AssayError(
          'request/invalid',
          `"${ref}" is an endpoint: pause it to have it refuse requests`,
        );
      await models.unload(ref);
    },
  };
}

/** Places have a meaning in some protocols, so the classes come in the order of the endpoint, whichever version answered. */
function scoredOf(answer: EndpointPredictResponse, signature: Signature): Scored {
  const { model, rows, milliseconds, label, classes, probabilities, value } = answer;
  const shared = { model, version: versionsIn(answer), signature, rows, milliseconds };
  const order = signature.classes;
  if (label === undefined || probabilities === undefined || order === null)
    return { ...shared, ...(value === undefined ? {} : { value }) };
  const places = order.map((name) => classes?.indexOf(name) ?? -1);
  const isSame = places.every((place, index) => place === index);
  return {
    ...shared,
    label,
    classes: order,
    probabilities: isSame
      ? probabilities
      : probabilities.map((shares) => places.map((place) => shares[place] ?? 0)),
  };
}
