import { basename, isAbsolute, resolve } from 'node:path';
import type { Job, RunExportRequest, RunImportRequest } from '../../local-api/contract/index.ts';
import type { ArtifactStore } from '../artifacts/index.ts';
import { AssayError } from '../errors.ts';
import type { JobQueue } from '../jobs/index.ts';
import type { SecretStore } from '../secrets/index.ts';
import type { TrackingService } from '../tracking/index.ts';
import { detectSource } from './detect-source.ts';
import {
  credentialsName,
  type ExportRunsRequest,
  exportRunsHandler,
  forgetOldCredentials,
} from './exports/export-runs-handler.ts';
import { prepareMlrunsFolder } from './exports/mlruns-folder.ts';
import { type ImportRunsRequest, importRunsHandler } from './import-runs-handler.ts';

export type ExchangeService = {
  /**
   * Takes over the runs of another tracker as a job. The same source twice at once is one job.
   * Errors: run-imports/source-not-found, run-imports/unknown-format, request/invalid for a path that is not a full one.
   */
  importRuns(request: RunImportRequest, parentJobId: string | null): Promise<Job>;
  /**
   * Writes runs into an mlruns folder or sends them to an MLflow server, as a job. The same export twice at once is one job. Credentials are kept as a secret and forgotten when the job has succeeded.
   * Errors: export/target-exists, export/not-writable, request/bad-filter, request/invalid for a folder that is no full path.
   */
  exportRuns(request: RunExportRequest, parentJobId: string | null): Promise<Job>;
  /** Forgets credentials that no job needs any more. */
  start(): Promise<void>;
};

/**
 * Makes the service and registers its job kinds: `import-runs`, whose module is `import-runs-job.ts`, and `export-runs`,
 * whose module reads through the API and comes with it.
 *
 * @param options.dir the workspace folder
 */
export function createExchangeService(options: {
  tracking: TrackingService;
  artifacts: ArtifactStore;
  jobs: JobQueue;
  secrets: SecretStore;
  dir: string;
}): ExchangeService {
  const { tracking, jobs, secrets } = options;
  jobs.register(importRunsHandler(options));
  jobs.register(exportRunsHandler(options));
  return {
    async importRuns(request, parentId) {
      requireFullPath(request.path, '/path');
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

    async exportRuns({ target, filter, runIds }, parentId) {
      await tracking.countRunsAside(filter);
      const id = jobs.newJobId();
      const where = await readyTarget(target);
      const input: ExportRunsRequest = {
        target: where,
        ...(filter === undefined ? {} : { filter }),
        ...(runIds === undefined ? {} : { runIds }),
      };
      const credentials = target.kind === 'mlflow' ? target.credentials : undefined;
      if (credentials !== undefined) await secrets.set(credentialsName(id), JSON.stringify(credentials));
      const job = await jobs.submit({
        id,
        kind: 'export-runs',
        title:
          where.kind === 'mlruns'
            ? `Export runs into ${basename(where.folder)}`
            : `Export runs to ${new URL(where.url).host}`,
        input,
        parentId,
        dedupKey: `export-runs ${where.kind === 'mlruns' ? where.folder : JSON.stringify(input)}`,
      });
      if (job.id === id) return job;
      await secrets.delete(credentialsName(id));
      if (JSON.stringify(job.input) !== JSON.stringify(input)) {
        throw new AssayError('export/target-exists', `Other runs are being written there by job ${job.id}.`, {
          hint: 'Wait for that job, or choose another folder.',
        });
      }
      return job;
    },

    start: () =>
      forgetOldCredentials(secrets, async (jobId) => {
        try {
          return (await jobs.get(jobId)).state;
        } catch (thrown) {
          if (thrown instanceof AssayError && thrown.code === 'jobs/not-found') return null;
          throw thrown;
        }
      }),
  };
}

/** The target without credentials; a folder is made, or refused, before there is a job. */
async function readyTarget(target: RunExportRequest['target']): Promise<ExportRunsRequest['target']> {
  if (target.kind === 'mlflow') return { kind: 'mlflow', url: target.url.replace(/\/+$/, '') };
  requireFullPath(target.folder, '/target/folder');
  const folder = resolve(target.folder);
  await prepareMlrunsFolder(folder);
  return { kind: 'mlruns', folder };
}

function requireFullPath(path: string, pointer: string): void {
  if (isAbsolute(path)) return;
  throw new AssayError('request/invalid', `"${path}" is not a full path.`, {
    problems: [
      { path: pointer, message: 'starts nowhere', expected: 'a path from the root of the file system' },
    ],
  });
}
