import type { ArtifactStore } from '../artifacts/index.ts';
import type { TrackingService } from '../tracking/index.ts';
import { compareGroups } from './compare-groups.ts';
import { comparePredictions } from './compare-predictions.ts';
import type { ComparisonService } from './comparison-service.ts';
import { importance } from './importance.ts';

/** The comparison service of a workspace: see `ComparisonService`. */
export function createComparison(parts: {
  tracking: Pick<TrackingService, 'listRuns' | 'getRun' | 'findArtifact'>;
  artifacts: Pick<ArtifactStore, 'copyTo'>;
  tmpDir: string;
}): ComparisonService {
  return {
    compareGroups: (request) => compareGroups(parts.tracking, request),
    comparePredictions: (request) => comparePredictions(parts, request),
    importance: (request) => importance(parts.tracking, request),
  };
}
