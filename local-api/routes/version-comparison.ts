import type { VersionComparer } from '../../engine/models/index.ts';
import type { api } from '../contract/index.ts';
import type { Handlers } from './handler.ts';

export function versionComparisonRoutes(versions: VersionComparer): Handlers<typeof api.versionComparison> {
  return {
    start: ({ params, body, parentJobId }) => versions.start(params.model, body, parentJobId),
  };
}
