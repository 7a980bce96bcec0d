import { dataSchemasApi, type InferredSchema } from '../../local-api/contract/index.ts';
import type { JobHandler } from '../jobs/index.ts';
import type { InferJobInput } from './infer-job.ts';
import { duckDbMb, type ValidationServiceOptions } from './parts.ts';
import { nameOf, versionBefore } from './prepare-check.ts';

/** Proposals of schemas as jobs: what one gives stays in its result. */
export function inferHandler(options: ValidationServiceOptions): JobHandler<unknown, InferredSchema> {
  const { data } = options;
  return {
    kind: 'infer-schema',
    maxAttempts: 2,
    resumable: true,
    takesSlot: true,
    async prepare(input): Promise<InferJobInput> {
      const { versionId } = dataSchemasApi.infer.body.parse(input);
      const version = await data.getVersion(versionId);
      const before = await versionBefore(data, version);
      return {
        versionId,
        name: nameOf(version),
        files: await data.snapshotFiles(versionId),
        columns: version.columns,
        rows: version.rows,
        previousRows: before?.rows ?? null,
        memoryMb: duckDbMb(options),
      };
    },
    onSuccess: async (output) => output,
  };
}
