import { stat } from 'node:fs/promises';
import { basename, isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FileFormat, SampleName } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import { readRawHead, readTextHead } from './text-file.ts';

/** A file that is there and can be read. `name` is for people. */
export type SourceFile = { path: string; name: string; sizeBytes: number };

const sampleFiles: Record<SampleName, string> = {
  flights: 'flights-3m.parquet',
  penguins: 'penguins.json',
};

/** Errors: `datasets/source-not-found` when there is no such regular file, or it may not be read. */
export async function sourceFile(path: string, name: string = basename(path)): Promise<SourceFile> {
  if (!isAbsolute(path)) {
    throw new AssayError('datasets/source-not-found', `Give an absolute path: "${path}" is relative`);
  }
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => error);
  if (found instanceof Error) {
    const reason = found.code === 'EACCES' ? 'may not be read' : 'does not exist';
    throw new AssayError('datasets/source-not-found', `The file ${path} ${reason}`);
  }
  if (!found.isFile()) throw new AssayError('datasets/source-not-found', `${path} is not a file`);
  await readRawHead(path, 1).catch(() => {
    throw new AssayError('datasets/source-not-found', `The file ${path} may not be read`);
  });
  return { path, name, sizeBytes: found.size };
}

/** The data sets that ship with Assay, in the npm package vega-datasets. */
export function samplePath(name: SampleName): string {
  const entry = import.meta.resolve('vega-datasets');
  return fileURLToPath(new URL(`../data/${sampleFiles[name]}`, entry));
}

const endings: Record<string, FileFormat> = {
  csv: 'csv',
  tsv: 'tsv',
  tab: 'tsv',
  json: 'json',
  geojson: 'json',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  parquet: 'parquet',
  pq: 'parquet',
};

/**
 * The format of a file: told by its first bytes where they are telling, else by its ending, else by its first
 * character.
 * Errors: `datasets/empty`, `datasets/unsupported-format` (also when `wanted` contradicts the content).
 */
export async function detectFormat(file: SourceFile, wanted: FileFormat | undefined): Promise<FileFormat> {
  if (file.sizeBytes === 0) throw new AssayError('datasets/empty', `The file ${file.name} is empty`);
  const head = await readRawHead(file.path, 8);
  const isParquet = head.subarray(0, 4).toString('latin1') === 'PAR1';
  if (isParquet !== (wanted === 'parquet') && wanted !== undefined) {
    const content = isParquet ? 'is a Parquet file' : 'is not a Parquet file';
    throw new AssayError(
      'datasets/unsupported-format',
      `${file.name} ${content}, so it cannot be read as ${wanted}`,
    );
  }
  if (isParquet) return 'parquet';
  if (wanted !== undefined) return wanted;
  refuseKnownBinaries(head, file.name);
  const byEnding = endings[endingOf(file.name)];
  if (byEnding === 'parquet') {
    throw new AssayError(
      'datasets/unreadable',
      `${file.name} does not hold Parquet data: its first bytes are not PAR1`,
    );
  }
  if (byEnding === 'csv' || byEnding === 'tsv' || byEnding === 'jsonl') return byEnding;
  const { text } = await readTextHead(file.path);
  const start = text.trimStart()[0];
  if (start !== '[' && start !== '{') {
    if (byEnding === 'json')
      throw new AssayError(
        'datasets/unreadable',
        `${file.name} does not hold JSON: it starts with ${JSON.stringify(text.slice(0, 20))}`,
      );
    return 'csv';
  }
  return start === '{' && isJsonLines(text) ? 'jsonl' : 'json';
}

function refuseKnownBinaries(head: Buffer, name: string): void {
  const start = head.toString('latin1');
  const known = start.startsWith('PK\x03\x04')
    ? 'a zip archive or an Excel workbook'
    : start.startsWith('ARROW1')
      ? 'an Arrow file'
      : start.startsWith('SQLite')
        ? 'an SQLite database'
        : start.startsWith('%PDF')
          ? 'a PDF'
          : null;
  if (known === null) return;
  throw new AssayError('datasets/unsupported-format', `${name} is ${known}; save it as CSV or Parquet`);
}

/** The ending that tells the format: `sales.csv.gz` gives "csv". */
function endingOf(name: string): string {
  const parts = name.toLowerCase().split('.');
  if (/^(gz|zst|zstd)$/.test(parts.at(-1) ?? '')) parts.pop();
  return parts.length > 1 ? (parts.at(-1) ?? '') : '';
}

/** The first line is JSON by itself and not all there is. */
function isJsonLines(text: string): boolean {
  const [line = '', ...others] = text.trim().split('\n', 2);
  try {
    JSON.parse(line);
    return others.length > 0;
  } catch {
    return false;
  }
}
