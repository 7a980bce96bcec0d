import { z } from 'zod';
import {
  type Job,
  MlflowCredentials,
  RunExportResult,
  RunExportTarget,
} from '../../../local-api/contract/index.ts';
import type { JobHandler } from '../../jobs/index.ts';
import type { SecretStore } from '../../secrets/index.ts';
import { finishMlrunsFolder } from './mlruns-folder.ts';

/** What is written down with the job, for everybody to see. */
const ExportRunsRequest = z.object({
  target: RunExportTarget,
  filter: z.string().optional(),
  runIds: z.array(z.string()).optional(),
});
export type ExportRunsRequest = z.infer<typeof ExportRunsRequest>;

/** What the job process gets: it reads the runs through the API of the engine, which it finds by the workspace folder. */
export type ExportRunsInput = ExportRunsRequest & { dir: string; credentials: MlflowCredentials | null };

const secretPrefix = 'run-exports/';

/** Under which name the credentials of a job are kept. */
export function credentialsName(jobId: string): string {
  return `${secretPrefix}${jobId}`;
}

/** How the host treats an export of runs. */
export function exportRunsHandler(options: {
  secrets: SecretStore;
  dir: string;
}): JobHandler<unknown, unknown> {
  const { secrets, dir } = options;
  return {
    kind: 'export-runs',
    // What the target has already is passed over, so that going on is exporting again.
    maxAttempts: 3,
    resumable: true,
    takesSlot: true,
    async prepare(input, job): Promise<ExportRunsInput> {
      const sealed = await secrets.get(credentialsName(job.id));
      const credentials = sealed === null ? null : MlflowCredentials.parse(JSON.parse(sealed));
      return { ...ExportRunsRequest.parse(input), credentials, dir };
    },
    async onSuccess(output, job) {
      const result = RunExportResult.parse(output);
      if (result.target.kind === 'mlruns') await finishMlrunsFolder(result.target.folder);
      await secrets.delete(credentialsName(job.id));
      return result;
    },
  };
}

/** Forgets the credentials of jobs that succeeded or are gone; those of other jobs stay, for they can be tried again. */
export async function forgetOldCredentials(
  secrets: SecretStore,
  stateOf: (jobId: string) => Promise<Job['state'] | null>,
): Promise<void> {
  for (const name of await secrets.names(secretPrefix)) {
    const state = await stateOf(name.slice(secretPrefix.length));
    if (state === null || state === 'succeeded') await secrets.delete(name);
  }
}
