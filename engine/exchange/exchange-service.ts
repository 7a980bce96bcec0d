import { basename, isAbsolute, resolve } from 'node:path';
import type { Job, RunImportRequest } from '../../local-api/contract/index.ts';
import type { ArtifactStore } from '../artifacts/index.ts';
import { AssayError } from '../errors.ts';
import type { JobQueue } from '../jobs/index.ts';
import type { TrackingService } from '../tracking/index.ts';
import { detectSource } from './detect-source.ts';
import { type ImportRunsRequest, importRunsHandler } from './import-runs-handler.ts';

export type ExchangeService = {
  /**
   * Takes over the runs of another tracker as a job. The same source twice at once is one job.
   * Errors: run-imports/source-not-found, run-imports/unknown-format, request/invalid for a path that is not a full one.
   */
  importRuns(request: RunImportRequest, parentJobId: string | null): Promise<Job>;
};

/** Makes the service and registers its job kind `import-runs`; the module of the job process is `import-runs-job.ts`. */
export function createExchangeService(options: {
  tracking: TrackingService;
  artifacts: ArtifactStore;
  jobs: JobQueue;
}): ExchangeService {
  const { jobs } = options;
  jobs.register(importRunsHandler(options));
  return {
    async importRuns(request, parentId) {
      if (!isAbsolute(request.path)) {
        throw new AssayError('request/invalid', `"${request.path}" is not a full path.`, {
          problems: [
            { path: '/path', message: 'starts nowhere', expected: 'a path from the root of the file system' },
          ],
        });
      }
      const { path, format } = await detectSource(resolve(request.path), request.format);
      const input: ImportRunsRequest = {
        path,
        format,
        experiment: request.experiment ?? null,
        artifacts: request.artifacts,
        artifactsRoot: request.artifactsRoot ?? null,
      };
      return jobs.submit({
        kind: 'import-runs',
        title: `Import runs from ${basename(path)}`,
        input,
        parentId,
        dedupKey: `import-runs ${path}`,
      });
    },
  };
}
