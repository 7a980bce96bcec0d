import { stat } from 'node:fs/promises';
import { basename, isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DvcFound, FileFormat, ReadOptions, SampleName } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import type { SourceColumn } from './relation.ts';
import { readRawHead, readTextHead } from './text-file.ts';

/** A file that is there and can be read. `name` is for people. */
export type SourcePart = {
  path: string;
  name: string;
  sizeBytes: number;
  /** Told where the file is a CSV that was made of rows from elsewhere. */
  staged?: StagedRows;
};

/** One file, or several of one kind: then `parts` has them all, in the order of their rows. */
export type SourceFile = SourcePart & {
  parts?: readonly SourcePart[];
  origin?: Origin;
  /** Where an output of DVC was found. */
  dvc?: DvcFound;
  /** The version that was made of the same content before: then nothing was brought here. */
  madeBefore?: string;
};

/** What rows were before they became files that DuckDB reads. */
export type Origin = {
  /** Null: a table of a database. */
  format: FileFormat | null;
  /** Sheets or tables that can be chosen. */
  tables: string[];
  /** How they were read. */
  options: ReadOptions;
  warnings: string[];
};

/** A staged CSV: UTF-8, commas, every text quoted and nothing else, so that an empty field is a missing value. */
export type StagedRows =
  /** The first line has these names. */
  | { kind: 'typed'; columns: SourceColumn[] }
  /** Cells of a sheet: names and types are guessed as of any CSV. */
  | {
      kind: 'sheet';
      /** By column: all its cells are text, and stay so. */
      isText: boolean[];
      /** Where lines and rows part ways: from this line on, a row is so many lines on. */
      shifts: { line: number; by: number }[];
    };

export function partsOf(file: SourceFile): readonly SourcePart[] {
  return file.parts ?? [file];
}

const sampleFiles: Record<SampleName, string> = {
  flights: 'flights-3m.parquet',
  penguins: 'penguins.json',
};

/** Errors: `datasets/source-not-found` when there is no such regular file, or it may not be read. */
export async function sourceFile(path: string, name: string = basename(path)): Promise<SourcePart> {
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

/** Formats by the ending of a name; the content decides where it is telling. */
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
  arrow: 'arrow',
  arrows: 'arrow',
  feather: 'arrow',
  ipc: 'arrow',
  xlsx: 'excel',
  xlsm: 'excel',
  sqlite: 'sqlite',
  sqlite3: 'sqlite',
  db: 'sqlite',
};

/** Content that no text file begins with. */
const marks: readonly { bytes: string; format: FileFormat; called: string }[] = [
  { bytes: 'PAR1', format: 'parquet', called: 'a Parquet file' },
  { bytes: 'ARROW1', format: 'arrow', called: 'an Arrow file' },
  // A stream of Arrow: a continuation mark, then the length of the schema.
  { bytes: '\xff\xff\xff\xff', format: 'arrow', called: 'an Arrow stream' },
  { bytes: 'SQLite format 3\0', format: 'sqlite', called: 'an SQLite database' },
  { bytes: 'PK\x03\x04', format: 'excel', called: 'an Excel workbook (or another zip archive)' },
];
const binary: ReadonlySet<FileFormat> = new Set(['parquet', 'arrow', 'sqlite', 'excel']);

/** Whether a name looks like that of a file with rows, and of which kind; null when it does not. */
export function formatByName(name: string): FileFormat | null {
  return endings[endingOf(name)] ?? (endingOf(name) === 'txt' ? 'csv' : null);
}

/**
 * The format of a file: told by its first bytes where they are telling, else by its ending, else by its first
 * character.
 * Errors: `datasets/empty`, `datasets/unsupported-format` (also when `wanted` contradicts the content).
 */
export async function detectFormat(file: SourcePart, wanted: FileFormat | undefined): Promise<FileFormat> {
  if (file.sizeBytes === 0) throw new AssayError('datasets/empty', `The file ${file.name} is empty`);
  const start = (await readRawHead(file.path, 16)).toString('latin1');
  const mark = marks.find(({ bytes }) => start.startsWith(bytes));
  const isWrong = mark === undefined ? wanted !== undefined && binary.has(wanted) : mark.format !== wanted;
  if (wanted !== undefined && isWrong) {
    const content = mark === undefined ? `holds nothing of the kind` : `is ${mark.called}`;
    throw new AssayError(
      'datasets/unsupported-format',
      `${file.name} ${content}, so it cannot be read as ${wanted}`,
    );
  }
  if (mark !== undefined) return mark.format;
  if (wanted !== undefined) return wanted;
  refuseOtherBinaries(start, file.name);
  const byEnding = endings[endingOf(file.name)];
  if (byEnding !== undefined && binary.has(byEnding)) {
    const expected = marks.find(({ format }) => format === byEnding);
    throw new AssayError(
      'datasets/unreadable',
      `${file.name} is not ${expected?.called ?? byEnding}: it begins otherwise${byEnding === 'parquet' ? ' than with PAR1' : ''}`,
    );
  }
  if (byEnding === 'csv' || byEnding === 'tsv' || byEnding === 'jsonl') return byEnding;
  const { text } = await readTextHead(file.path);
  const first = text.trimStart()[0];
  if (first !== '[' && first !== '{') {
    if (byEnding === 'json')
      throw new AssayError(
        'datasets/unreadable',
        `${file.name} does not hold JSON: it starts with ${JSON.stringify(text.slice(0, 20))}`,
      );
    return 'csv';
  }
  return first === '{' && isJsonLines(text) ? 'jsonl' : 'json';
}

function refuseOtherBinaries(start: string, name: string): void {
  const known = start.startsWith('%PDF')
    ? 'a PDF'
    : start.startsWith('\xd0\xcf\x11\xe0')
      ? 'a workbook of old Excel (.xls) or one with a password'
      : start.startsWith('Obj\x01')
        ? 'an Avro file'
        : start.startsWith('ORC')
          ? 'an ORC file'
          : null;
  if (known === null) return;
  throw new AssayError(
    'datasets/unsupported-format',
    `${name} is ${known}; save it as CSV, Parquet or a workbook (.xlsx) without a password`,
  );
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
