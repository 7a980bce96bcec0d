import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelImportReport, ModelReading } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import type { JobContext } from '../jobs/index.ts';
import { createSession } from '../onnx/index.ts';
import { runFiles } from '../training/index.ts';
import { importedCard } from './imported-card.ts';
import { readModel } from './read-model.ts';
import { type ModelSource, readSource } from './read-source.ts';
import { type ConvertedModel, convertTfjs } from './tfjs/convert-tfjs.ts';

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

/** What lies in the folder of the job, and where the run of the version keeps it. */
export type ImportJobOutput = { report: ModelImportReport; files: { file: string; place: string }[] };

/**
 * Reads a foreign model, and unless that is all that was asked leaves it as a model of Assay.
 * Errors: models/not-importable, with every problem when it is to be imported.
 */
export async function run({ input, tmpDir, progress }: JobContext<ImportJobInput>): Promise<ImportJobOutput> {
  progress(0.05, 'Reading the file');
  const source = await readSource(input.path, input.name, input);
  const { originals, converted } = await asOnnx(source);
  const hash = createHash('sha256');
  for (const bytes of originals.values()) hash.update(bytes);
  const digest = `sha256:${hash.digest('hex')}`;
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
    sizeBytes: [...originals.values()].reduce((sum, bytes) => sum + bytes.byteLength, 0),
    digest,
  };
  if (input.isCheck) return { report, files: [] };
  if (read.model === null) throw notImportable(report);
  progress(0.9, 'Writing the model');
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  const contents: [place: string, content: string | Uint8Array][] = [
    [runFiles.model, read.model.file],
    [runFiles.signature, json(read.model.signature)],
    [runFiles.card, importedCard(report, read.model.signature, input.assayVersion)],
    ['imported/report.json', json(report)],
    ...[...originals].map(([path, bytes]): [string, Uint8Array] => [`imported/${path}`, bytes]),
  ];
  const files: ImportJobOutput['files'] = [];
  for (const [n, [place, content]] of contents.entries()) {
    await writeFile(join(tmpDir, `file-${n}`), content);
    files.push({ file: `file-${n}`, place });
  }
  return { report, files };
}

/** The model as ONNX, where it was something else, and every file that was read of it. */
async function asOnnx(
  source: ModelSource,
): Promise<{ originals: Map<string, Uint8Array>; converted: ConvertedModel | null }> {
  if (source.kind === 'onnx') return { originals: new Map([[source.name, source.bytes]]), converted: null };
  const originals = new Map([['model.json', source.bytes]]);
  const converted = await convertTfjs(source.bytes, async (path) => {
    const bytes = await source.read(path);
    if (bytes !== null) originals.set(path, bytes);
    return bytes;
  });
  return { originals, converted };
}

function notImportable({ file, problems }: ModelImportReport): AssayError {
  const texts = problems.map(({ message, expected }) =>
    expected === undefined ? message : `${message}; expected: ${expected}`,
  );
  return new AssayError('models/not-importable', `${file} cannot be imported: ${texts.join('. ')}.`, {
    problems: problems.map(({ path }, i) => ({ path, message: texts[i] ?? '' })),
  });
}
