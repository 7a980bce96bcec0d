import { z } from 'zod';
import { type Job, type RunImportResult, RunSourceFormat } from '../../local-api/contract/index.ts';
import type { ArtifactStore } from '../artifacts/index.ts';
import type { JobHandler } from '../jobs/index.ts';
import type { TrackingService } from '../tracking/index.ts';
import { ExchangeItem } from './exchange-item.ts';
import { createRunWriter, type RunWriter } from './run-writer.ts';

export const ImportRunsRequest = z.object({
  path: z.string(),
  format: RunSourceFormat,
  experiment: z.string().nullable(),
  artifacts: z.boolean(),
  artifactsRoot: z.string().nullable(),
});
export type ImportRunsRequest = z.infer<typeof ImportRunsRequest>;

/** How the host treats an import of runs: everything that the job reads is written as it comes. */
export function importRunsHandler(options: {
  tracking: TrackingService;
  artifacts: ArtifactStore;
}): JobHandler<unknown, unknown> {
  const writers = new Map<string, RunWriter>();
  const writerOf = (job: Job): RunWriter => {
    const writer = writers.get(job.id) ?? createRunWriter(options);
    writers.set(job.id, writer);
    return writer;
  };
  return {
    kind: 'import-runs',
    // What is there already is passed over, so that going on after a crash is importing again.
    maxAttempts: 2,
    resumable: true,
    takesSlot: true,
    async prepare(input, job) {
      writers.delete(job.id);
      return ImportRunsRequest.parse(input);
    },
    onMessage: async (message, job) => writerOf(job).write(ExchangeItem.parse(message)),
    async onSuccess(_output, job): Promise<RunImportResult> {
      const { path, format } = ImportRunsRequest.parse(job.input);
      const tally = writerOf(job).tally();
      writers.delete(job.id);
      return { format, path, ...tally };
    },
    async onEnd(job) {
      writers.delete(job.id);
    },
  };
}
