import { readFile } from 'node:fs/promises';
import { AssayError } from '../../errors.ts';
import { onnxRuntimeVersion } from '../../onnx/index.ts';
import { readBuiltFile } from '../../system/index.ts';
import type { TrainJobInput } from '../train-job.ts';

/** What lies in the folder that a training on another machine runs in. */
export const orderFiles = {
  program: 'assay-train.mjs',
  packages: 'package.json',
  order: 'training.json',
  /** Of a snapshot in several files: data-1.parquet, data-2.parquet … */
  data: 'data.parquet',
} as const;

/** The release that Assay itself reads data with. */
export const duckDbVersion = '1.5.5-r.5';

/** The program that trains, as one file. Errors: `training/no-program` when it was not built. */
export async function readTrainingProgram(): Promise<Uint8Array> {
  const bytes = await readBuiltFile(orderFiles.program);
  if (bytes !== null) return bytes;
  throw new AssayError(
    'training/no-program',
    `The file ${orderFiles.program} is missing in this installation.`,
  );
}

/** All that a machine with Node needs to train: the program, what it needs from npm, the order and the data. */
export async function trainingOrder(
  input: TrainJobInput,
  program: Uint8Array,
): Promise<Map<string, Uint8Array>> {
  const packages = {
    name: 'assay-train',
    private: true,
    type: 'module',
    dependencies: { '@duckdb/node-api': duckDbVersion, 'onnxruntime-node': onnxRuntimeVersion },
  };
  const { files } = input.dataset;
  const names = files.map((_, index) => (files.length === 1 ? orderFiles.data : `data-${index + 1}.parquet`));
  // Where the data lies here is nobody's business there.
  const order = { ...input, dataset: { ...input.dataset, files: names } };
  const data = files.map(
    async (file, index): Promise<[string, Uint8Array]> => [names[index] ?? '', await readFile(file)],
  );
  const text = (value: unknown) => Buffer.from(`${JSON.stringify(value, null, 2)}\n`, 'utf8');
  return new Map([
    [orderFiles.program, program],
    [orderFiles.packages, text(packages)],
    [orderFiles.order, text(order)],
    ...(await Promise.all(data)),
  ]);
}
