import type { Column, InferredSchema } from '../../local-api/contract/index.ts';
import { duckDbError, withDuckDb } from '../duckdb/index.ts';
import type { JobContext } from '../jobs/index.ts';
import { type InferInput, inferSchema } from './infer/infer-schema.ts';

export type InferJobInput = InferInput & {
  versionId: string;
  columns: Column[];
  name: string;
  memoryMb: number;
};

/** Proposes a schema for the rows of a version. */
export async function run(context: JobContext<InferJobInput>): Promise<InferredSchema> {
  const { input, signal, tmpDir } = context;
  const limits = { readable: [...input.files], folders: [tmpDir], memoryMb: input.memoryMb, signal };
  try {
    const schema = await withDuckDb(limits, (db) =>
      inferSchema(db, input, (done) =>
        context.progress(done / input.columns.length, `Looking at ${input.columns[done]?.name ?? ''}`),
      ),
    );
    return { versionId: input.versionId, schema, columns: input.columns };
  } catch (thrown) {
    throw duckDbError(thrown, 'artifacts/corrupt', `The rows of ${input.name} cannot be read`);
  }
}
