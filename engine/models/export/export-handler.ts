import { rm } from 'node:fs/promises';
import { z } from 'zod';
import { ExportResult, type Job } from '../../../local-api/contract/index.ts';
import type { ArtifactStore } from '../../artifacts/index.ts';
import { AssayError } from '../../errors.ts';
import type { JobHandler, JobQueue } from '../../jobs/index.ts';
import type { OnnxVersion } from '../../onnx/index.ts';
import type { TrackingService } from '../../tracking/index.ts';
import { runFiles } from '../../training/index.ts';
import type { ExportPlan } from './export-plan.ts';
import { readServerScript } from './server-files.ts';
import { checkTargetFree, exportTarget } from './target-folder.ts';

const ExportInput = z.object({
  model: z.string(),
  version: z.string(),
  target: z.string(),
  overwrite: z.boolean(),
  withServer: z.boolean().default(false),
});
type ExportInput = z.infer<typeof ExportInput>;

/** Throws request/invalid for a path out of bounds, export/target-exists and export/no-server, before anything is queued. */
export async function submitExport(
  { dir, jobs }: { dir: string; jobs: Pick<JobQueue, 'submit'> },
  version: OnnxVersion,
  options: { path: string | undefined; overwrite: boolean; withServer: boolean },
  parentId: string | null,
): Promise<Job> {
  const target = await exportTarget(dir, options.path, `${version.model}-${version.version}`);
  await checkTargetFree(target, options.overwrite);
  if (options.withServer) await readServerScript();
  const input: ExportInput = {
    model: version.model,
    version: version.version,
    target,
    overwrite: options.overwrite,
    withServer: options.withServer,
  };
  return jobs.submit({
    kind: 'export',
    title: `Export ${version.model} ${version.version}`,
    input,
    parentId,
    runId: version.runId,
    dedupKey: `export:${target}`,
  });
}

/** Runs exports: the folder is put together beside its place by the job process, and moved there in one step. */
export function createExportHandler(options: {
  artifacts: Pick<ArtifactStore, 'read'>;
  tracking: Pick<TrackingService, 'findArtifact'>;
  getVersion(name: string, version: string): Promise<OnnxVersion>;
}): JobHandler<unknown, unknown> {
  const { artifacts, tracking } = options;

  /** Runs can be deleted; the export goes on without their files. */
  const readRunFile = async (runId: string, path: string) => {
    try {
      const { digest } = await tracking.findArtifact(runId, path);
      return [{ path, bytes: await artifacts.read(digest) }];
    } catch (error) {
      if (error instanceof AssayError && /\/not-found$/.test(error.code)) return [];
      throw error;
    }
  };

  return {
    kind: 'export',
    maxAttempts: 2,
    resumable: true,
    takesSlot: true,
    async prepare(raw, job): Promise<ExportPlan> {
      const input = ExportInput.parse(raw);
      const version = await options.getVersion(input.model, input.version);
      const { runId } = version;
      return {
        target: input.target,
        staging: stagingOf(input.target, job.id),
        overwrite: input.overwrite,
        server: input.withServer ? await readServerScript() : null,
        version,
        model: await artifacts.read(version.digest),
        runFiles:
          runId === null
            ? []
            : [
                ...(await readRunFile(runId, runFiles.recipe)),
                ...(await readRunFile(runId, runFiles.evaluation)),
              ],
      };
    },
    onSuccess: async (output) => ExportResult.parse(output),
    async onEnd(job) {
      const { target } = ExportInput.parse(job.input);
      await rm(stagingOf(target, job.id), { recursive: true, force: true });
    },
  };
}

function stagingOf(target: string, jobId: string): string {
  return `${target}.partial-${jobId}`;
}
