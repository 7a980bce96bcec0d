import type { ArtifactStore } from '../../engine/artifacts/index.ts';
import type { BatchService } from '../../engine/batch/index.ts';
import { AssayError } from '../../engine/errors.ts';
import type { api, BatchFile } from '../contract/index.ts';
import type { Handlers } from './handler.ts';
import type { Download } from './send-download.ts';

export function batchPredictionRoutes(
  batches: BatchService,
  artifacts: Pick<ArtifactStore, 'open'>,
): Handlers<typeof api.batchPredictions> {
  const download = (file: BatchFile | null, batchId: string): Download => {
    if (file === null)
      throw new AssayError(
        'batch-predictions/no-output',
        `The batch prediction ${batchId} has no such file.`,
      );
    return { ...file, ownsChunks: true, open: (range) => artifacts.open(file.digest, range) };
  };
  return {
    list: ({ query }) => batches.list(query),
    check: ({ body }) => batches.check(body),
    create: ({ body, parentJobId }) => batches.start(body, { parentJobId }),
    get: ({ params }) => batches.get(params.batchId),
    preview: ({ params }) => batches.preview(params.batchId),
    output: async ({ params }) => download((await batches.get(params.batchId)).output, params.batchId),
    rejects: async ({ params }) => download((await batches.get(params.batchId)).rejects, params.batchId),
    delete: ({ params }) => batches.delete(params.batchId),
  };
}
