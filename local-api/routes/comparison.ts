import type { ComparisonService } from '../../engine/comparison/index.ts';
import type { api } from '../contract/index.ts';
import type { Handlers } from './handler.ts';

export function comparisonRoutes(comparison: ComparisonService): Handlers<typeof api.comparison> {
  return {
    groups: ({ body }) => comparison.compareGroups(body),
    predictions: ({ body }) => comparison.comparePredictions(body),
    importance: ({ body }) => comparison.importance(body),
  };
}
