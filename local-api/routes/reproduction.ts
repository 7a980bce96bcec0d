import type { ReproductionService } from '../../engine/reproduction/index.ts';
import type { api } from '../contract/index.ts';
import type { Handlers } from './handler.ts';

export function reproductionRoutes(reproduction: ReproductionService): Handlers<typeof api.reproduction> {
  return {
    get: ({ params }) => reproduction.get(params.runId),
    start: ({ params, body }) => reproduction.reproduce(params.runId, body),
  };
}
