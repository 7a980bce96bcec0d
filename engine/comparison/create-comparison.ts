import type { ArtifactStore } from '../artifacts/index.ts';
import { AssayError } from '../errors.ts';
import type { TrackingService } from '../tracking/index.ts';
import type { ComparisonService } from './comparison-service.ts';

/** The comparison service of a workspace: see `ComparisonService`. */
export function createComparison(_parts: {
  tracking: TrackingService;
  artifacts: ArtifactStore;
}): ComparisonService {
  const missing = () => Promise.reject(new AssayError('internal', 'Not there yet.'));
  return { compareGroups: missing, comparePredictions: missing, importance: missing };
}
