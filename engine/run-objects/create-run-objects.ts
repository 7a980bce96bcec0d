import type { ArtifactStore } from '../artifacts/index.ts';
import { AssayError } from '../errors.ts';
import type { TrackingService } from '../tracking/index.ts';
import { createArtifactTables } from './artifact-tables.ts';
import { zipOf } from './folder-zip.ts';
import { logObjects } from './log-objects.ts';
import type { RunObjects } from './run-objects-service.ts';

/** The service over the files of runs: see `RunObjects`. */
export function createRunObjects(parts: {
  tracking: TrackingService;
  artifacts: ArtifactStore;
  tmpDir: string;
}): RunObjects {
  const { tracking, artifacts } = parts;
  const tables = createArtifactTables(parts);
  return {
    log: (runId, objects) => logObjects(parts, runId, objects),

    async table(runId, query) {
      return tables.page(await tracking.findArtifact(runId, query.path), query);
    },

    async zip(runId, path) {
      const folder = path.replace(/\/+$/, '');
      const files = await tracking.listArtifacts(runId, folder, true);
      if (files.length === 0) {
        throw new AssayError(
          'artifacts/not-found',
          `The run ${runId} has no folder ${folder || 'with files'}.`,
        );
      }
      const root = folder === '' ? runId : folder.slice(folder.lastIndexOf('/') + 1);
      const start = folder === '' ? 0 : folder.length + 1;
      const entries = files.map((file) => ({
        name: `${root}/${file.path.slice(start)}`,
        digest: file.digest ?? '',
        sizeBytes: file.sizeBytes ?? 0,
      }));
      return zipOf(`${root}.zip`, entries, artifacts);
    },

    close: () => tables.close(),
  };
}
