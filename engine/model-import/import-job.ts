import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelImportReport, ModelReading } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import type { JobContext } from '../jobs/index.ts';
import { createSession } from '../onnx/index.ts';
import { importedCard } from './imported-card.ts';
import { readModel } from './read-model.ts';
import { readSource } from './read-source.ts';
import { convertTfjs } from './tfjs/convert-tfjs.ts';

export type ImportJobInput = {
  path: string;
  name: string;
  /** Files beside it belong to it. */
  hasNeighbours: boolean;
  question: ModelReading;
  /** Says what it found and leaves nothing. */
  isCheck: boolean;
  assayVersion: string;
};

/** What lies in the folder of the job, for the host to take over. */
export type ImportJobOutput = { report: ModelImportReport; files: string[] };

/** Names of the files that an import leaves. */
export const importedFiles = {
  model: 'model.onnx',
  signature: 'signature.json',
  card: 'card.md',
  report: 'report.json',
  original: 'original',
} as const;

/**
 * Reads a foreign model, and unless that is all that was asked leaves it as a model of Assay.
 * Errors: models/not-importable, with every problem when it is to be imported.
 */
export async function run({ input, tmpDir, progress }: JobContext<ImportJobInput>): Promise<ImportJobOutput> {
  progress(0.05, 'Reading the file');
  const source = await readSource(input.path, input.name, input);
  const digest = `sha256:${createHash('sha256').update(source.bytes).digest('hex')}`;
  const converted = source.kind === 'tfjs' ? await convertTfjs(source.bytes, source.read) : null;
  const read = await readModel(converted?.onnx ?? source.bytes, input.question, {
    open: createSession,
    progress,
    metadata: {
      'assay.version': input.assayVersion,
      'assay.trainer': 'imported',
      'assay.imported': JSON.stringify({ file: source.name, digest }),
    },
  });
  const report: ModelImportReport = {
    ...read.report,
    ...(converted === null ? {} : { producer: converted.producer }),
    file: source.name,
    format: converted?.format ?? 'onnx',
    sizeBytes: source.bytes.byteLength,
    digest,
  };
  if (input.isCheck) return { report, files: [] };
  if (read.model === null) throw notImportable(report);
  progress(0.9, 'Writing the model');
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  const contents: Record<string, string | Uint8Array> = {
    [importedFiles.model]: read.model.file,
    [importedFiles.signature]: json(read.model.signature),
    [importedFiles.card]: importedCard(report, read.model.signature, input.assayVersion),
    [importedFiles.report]: json(report),
    [importedFiles.original]: source.bytes,
  };
  for (const [file, content] of Object.entries(contents)) await writeFile(join(tmpDir, file), content);
  return { report, files: Object.keys(contents) };
}

function notImportable({ file, problems }: ModelImportReport): AssayError {
  const texts = problems.map(({ message, expected }) =>
    expected === undefined ? message : `${message}; expected: ${expected}`,
  );
  return new AssayError('models/not-importable', `${file} cannot be imported: ${texts.join('. ')}.`, {
    problems: problems.map(({ path }, i) => ({ path, message: texts[i] ?? '' })),
  });
}
