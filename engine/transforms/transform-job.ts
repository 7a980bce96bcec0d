import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Column, TransformDefinition } from '../../local-api/contract/index.ts';
import { type ImportJobOutput, writeSelect } from '../data/index.ts';
import { duckDbError, parquetTable, withDuckDb } from '../duckdb/index.ts';
import type { JobContext } from '../jobs/index.ts';
import type { ImportCheck } from '../validation/index.ts';
import { ANSWER, type InputTable, planTransform } from './plan-transform.ts';
import { badDefinition } from './preview-rows.ts';

export type TransformJobInput = {
  definition: TransformDefinition;
  inputs: { alias: string; columns: Column[]; files: string[] }[];
  memoryMb: number;
  /** What outputs are held against before they become versions, by dataset. */
  checks: Record<string, ImportCheck>;
};

export type TransformJobOutput = { outputs: { part: string; dataset: string; made: ImportJobOutput }[] };

/**
 * Computes a transform and writes a snapshot of each output. One thread computes, so the same definition over the same rows
 * gives the same bytes. What does not fit in memory goes to disk. A split computes its rows once, into a table.
 *
 * Errors: `transforms/bad-definition`, `datasets/empty` when an output would have no row.
 */
export async function run(context: JobContext<TransformJobInput>): Promise<TransformJobOutput> {
  const { input, tmpDir, signal } = context;
  const readable = input.inputs.flatMap(({ files }) => files);
  const limits = { readable, folders: [tmpDir], memoryMb: input.memoryMb, threads: 1, signal };
  return withDuckDb(limits, async (db) => {
    const tables = new Map(
      input.inputs.map(({ alias, columns, files }): [string, InputTable] => [
        alias,
        { columns, from: parquetTable(files) },
      ]),
    );
    const plan = await planTransform(db, input.definition, tables);
    if (plan.select === null) throw badDefinition(plan.problems);
    context.log(plan.sql ?? '');
    const { select, columns } = plan;
    const isSplit = plan.outputs.length > 1;
    const outputs: TransformJobOutput['outputs'] = [];
    try {
      if (isSplit) {
        context.progress(null, 'Computing the rows');
        await db.run(`CREATE TEMP TABLE ${ANSWER} AS ${select}`);
      }
      for (const [index, output] of plan.outputs.entries()) {
        const made = await writeSelect(
          db,
          { select: isSplit ? output.select : select, columns, what: output.dataset },
          {
            folder: await outputFolder(tmpDir, index),
            memoryMb: input.memoryMb,
            signal,
            onProgress: (fraction, message) =>
              context.progress((index + fraction) / plan.outputs.length, message),
          },
        );
        outputs.push({ part: output.part, dataset: output.dataset, made });
      }
    } catch (thrown) {
      throw duckDbError(thrown, 'transforms/bad-definition', 'The rows cannot be computed');
    }
    context.progress(
      1,
      outputs.map(({ dataset, made }) => `${dataset}: ${made.snapshot.rows} rows`).join(', '),
    );
    return { outputs };
  });
}

/** Of its own: the files of a snapshot are named by their place in it. */
async function outputFolder(tmpDir: string, index: number): Promise<string> {
  const folder = join(tmpDir, `output-${index}`);
  await mkdir(folder, { recursive: true });
  return folder;
}
