import type { ModelVersion } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import type { TrackingService } from '../tracking/index.ts';
import { runFiles } from '../training/index.ts';

/** Digest of the test rows that the training of a version kept, with their truth; null when there are none. */
export async function keptTestRows(
  tracking: Pick<TrackingService, 'findArtifact'>,
  { runId }: Pick<ModelVersion, 'runId'>,
): Promise<string | null> {
  if (runId === null) return null;
  try {
    return (await tracking.findArtifact(runId, runFiles.predictions)).digest;
  } catch (thrown) {
    // Runs can be deleted, and not every run keeps its predictions.
    if (thrown instanceof AssayError && /\/not-found$/.test(thrown.code)) return null;
    throw thrown;
  }
}
