import { createHash } from 'node:crypto';
import type { Cell, PredictResponse } from '../../../local-api/contract/index.ts';
import type { OnnxVersion } from '../../onnx/index.ts';
import { createSession } from '../../onnx/index.ts';
import { encodeRequest, exampleRow, newPace, runBatches } from '../../serving/index.ts';
import { mlflowFiles } from './mlflow-files.ts';
import { exportReadme } from './readme.ts';
import { nodeScript, pythonScript } from './scripts.ts';

const exampleRows = 3;

/** Names the files that an export wrote and their digests; tells an earlier export from a folder of somebody's own. */
export const checksumsFile = 'checksums.sha256';

/** What the files of an export are made of. */
export type ExportSources = {
  version: OnnxVersion;
  model: Uint8Array;
  /** Files of the run that go along: recipe.json, evaluation.json. */
  runFiles: { path: string; bytes: Uint8Array }[];
};

/**
 * Every file that a version needs to run anywhere, by its path, sorted; no checksums yet. The same version gives the same
 * bytes. Loads the model and runs it on an example.
 *
 * Errors: models/invalid-onnx.
 */
export async function exportFiles({
  version,
  model,
  runFiles,
}: ExportSources): Promise<Map<string, Uint8Array>> {
  const { signature } = version;
  const rows = Array.from({ length: exampleRows }, (_, n) => exampleRow(signature, n));
  const texts: Record<string, string> = {
    'README.md': exportReadme(version),
    'card.md': version.card,
    'signature.json': json(signature),
    'example-request.json': json({ model: `${version.model}/${version.version}`, rows }),
    'example-response.json': json(await exampleResponse(version, model, rows)),
    'predict.py': pythonScript,
    'predict.mjs': nodeScript,
  };
  return sortedFiles([
    ...mlflowFiles(version, model, rows),
    ...runFiles.map(({ path, bytes }): [string, Uint8Array] => [path, bytes]),
    ...Object.entries(texts).map(([path, text]): [string, Uint8Array] => [path, Buffer.from(text, 'utf8')]),
  ]);
}

/** By path, in the order of code units; of two with one path the last one stays. */
export function sortedFiles(files: Iterable<[path: string, bytes: Uint8Array]>): Map<string, Uint8Array> {
  return new Map([...new Map(files)].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The file that `sha256sum -c` reads. */
export function checksumsOf(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const lines = [...files].map(
    ([path, bytes]) => `${createHash('sha256').update(bytes).digest('hex')}  ${path}\n`,
  );
  return Buffer.from(lines.join(''), 'utf8');
}

type ExampleResponse = Omit<PredictResponse, 'milliseconds'>;

/** The answer that Assay gives, less the time it took. */
async function exampleResponse(
  version: OnnxVersion,
  model: Uint8Array,
  rows: Record<string, Cell>[],
): Promise<ExampleResponse> {
  const session = await createSession(model);
  try {
    const encoded = await encodeRequest(version.signature, { rows });
    const { milliseconds: _, ...answers } = await runBatches(session, version.signature, encoded, newPace());
    return { model: version.model, version: version.version, rows: encoded.rows, ...answers };
  } finally {
    await session.release();
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
