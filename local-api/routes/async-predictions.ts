import type { AsyncPredictions } from '../../engine/serving/index.ts';
import type { api } from '../contract/index.ts';
import type { Handlers } from './handler.ts';

export function asyncPredictionRoutes(predictions: AsyncPredictions): Handlers<typeof api.asyncPredictions> {
  return {
    list: async ({ query }) => ({ items: await predictions.list(query) }),
    create: async ({ body, setHeader }) => {
      const accepted = await predictions.submit(body);
      setHeader('Location', `/api/v1/async-predictions/${accepted.id}`);
      return accepted;
    },
    get: ({ params }) => predictions.get(params.predictionId),
    cancel: ({ params }) => predictions.cancel(params.predictionId),
  };
}
