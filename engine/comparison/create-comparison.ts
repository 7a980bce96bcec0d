import type { ArtifactStore } from '../artifacts/index.ts';
import { AssayError } from '../errors.ts';
import type { TrackingService } from '../tracking/index.ts';
import { compareGroups } from './compare-groups.ts';
import type { ComparisonService } from './comparison-service.ts';
import { importance } from './importance.ts';

/** The comparison service of a workspace: see `ComparisonService`. */
export function createComparison({
  tracking,
}: {
  tracking: TrackingService;
  artifacts: Pick<ArtifactStore, 'copyTo'>;
}): ComparisonService {
  const missing = () => Promise.reject(new AssayError('internal', 'Not there yet.'));
  return {
    compareGroups: (request) => compareGroups(tracking, request),
    comparePredictions: missing,
    importance: (request) => importance(tracking, request),
  };
}
