import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BatchFormat, BatchPreview, ReadOptions, Signature } from '../../local-api/contract/index.ts';
import { gather, writeQuery, writeSnapshot } from '../data/index.ts';
import {
  type DuckDb,
  duckDbError,
  parquetRowEnds,
  parquetTable,
  quoteText,
  withDuckDb,
} from '../duckdb/index.ts';
import { AssayError } from '../errors.ts';
import type { JobContext } from '../jobs/index.ts';
import { createSession } from '../onnx/index.ts';
import { type BatchFolder, batchFolder, type ReadRows } from './batch-files.ts';
import { fitColumns } from './fit-columns.ts';
import { resultNames, type Scoring, scoreChunk } from './score-chunk.ts';
import { writeResult } from './write-result.ts';

/** Where the rows are. Files are read into a snapshot first, as imports are. */
export type BatchRows =
  | { kind: 'snapshot'; files: string[]; digest: string; rows: number; columns: ReadRows['columns'] }
  | { kind: 'query'; files: string[]; sql: string }
  | { kind: 'file'; path: string; name: string; options: ReadOptions };

export type BatchJobInput = {
  /** Kept between attempts. */
  folder: string;
  rows: BatchRows;
  model: Uint8Array;
  signature: Signature;
  format: BatchFormat;
  keep: 'all' | readonly string[];
  probabilities: boolean;
  fillMissing: boolean;
  /** For DuckDB; the model and the rows of a chunk come on top. */
  memoryMb: number;
};

export type BatchJobOutput = {
  dataDigest: string;
  rows: number;
  predicted: number;
  rejected: number;
  reasons: { reason: string; rows: number }[];
  rowsPerSecond: number;
  seconds: number;
  /** Paths in the folder of the batch. */
  output: string;
  rejects: string | null;
  preview: BatchPreview;
};

/** A row group of a snapshot. */
const chunkRows = 122_880;
/** Wide tables are taken in smaller chunks. */
const chunkCells = 8_000_000;
const smallestChunk = 4096;
/** More than these could not be looked through by anyone; all are counted. */
const mostUnreadable = 100_000;
const mostReasons = 50;

/**
 * Predicts a table chunk by chunk. Each chunk is on disk before the next begins, so an attempt that was cut off is gone on
 * with; chunks are cut by row number and a model runs on the same rows together each time, so the result has the same bytes
 * however often it was cut off. Memory does not grow with the table.
 *
 * Errors: those of reading a file; `batch-predictions/columns-do-not-fit`, `batch-predictions/no-rows-left`,
 * `models/invalid-onnx`, `artifacts/disk-full`, `jobs/cancelled`.
 */
export async function run(context: JobContext<BatchJobInput>): Promise<BatchJobOutput> {
  const { input, signal } = context;
  await mkdir(input.folder, { recursive: true });
  const folder = batchFolder(input.folder);
  const rows = await readRows(context, folder);
  const limits = {
    readable: rows.files,
    folders: [folder.path],
    memoryMb: input.memoryMb,
    threads: 1,
    signal,
  };
  try {
    return await withDuckDb(limits, async (db) => {
      const session = await createSession(input.model);
      try {
        const scoring = {
          ...planOf(input, rows),
          ...(await numbered(db, rows)),
          db,
          session,
          folder,
          signal,
        };
        const scored = await scoreAll(context, scoring, rows);
        if (scored.predicted === 0) throw nothingLeft(scored.reasons);
        context.progress(0.98, 'Putting the result together');
        return { ...scored, ...(await writeResult(scoring, rows, input.format, scored.chunks)) };
      } finally {
        await session.release();
      }
    });
  } catch (thrown) {
    signal.throwIfAborted();
    throw duckDbError(thrown, 'internal', 'The predictions could not be made');
  }
}

/** The rows of a file or a query are read once, whatever happens afterwards. */
async function readRows(context: JobContext<BatchJobInput>, folder: BatchFolder): Promise<ReadRows> {
  const { input, signal, tmpDir } = context;
  const { rows: source, memoryMb } = input;
  if (source.kind === 'snapshot') return { ...source, unreadable: { count: 0, first: [] } };
  const known = await folder.input();
  if (known !== null) return known;
  context.progress(0, 'Reading the data');
  // Beside the other files, so that it can be moved there in one step.
  const part = join(folder.path, `reading-${process.pid}`);
  await rm(part, { recursive: true, force: true });
  await mkdir(part);
  const read = await readSource(source, part, {
    memoryMb,
    signal,
    tmpDir,
    warn: (warning) => context.log(warning, 'warn'),
  });
  const { path: written, ...facts } = read;
  const path = folder.file('input.parquet');
  await rename(written, path);
  await rm(part, { recursive: true, force: true });
  const rows = { ...facts, files: [path] };
  await folder.keepInput(rows);
  return rows;
}

async function readSource(
  source: Exclude<BatchRows, { kind: 'snapshot' }>,
  folder: string,
  options: { memoryMb: number; signal: AbortSignal; tmpDir: string; warn(warning: string): void },
): Promise<Omit<ReadRows, 'files'> & { path: string }> {
  const { memoryMb, signal, tmpDir, warn } = options;
  if (source.kind === 'query') {
    const written = await writeQuery(source.files, source.sql, { folder, memoryMb, signal });
    return { ...written, unreadable: { count: 0, first: [] } };
  }
  const { path, name, options: read } = source;
  const file = await gather(
    { kind: 'file', path, name, hidden: [] },
    { read, folder: tmpDir, headRows: null, signal, progress() {} },
  );
  const written = await writeSnapshot(file, {
    read,
    folder,
    memoryMb,
    signal,
    mostBadRows: mostUnreadable,
  });
  for (const warning of written.warnings) warn(warning);
  return {
    path: written.path,
    digest: written.digest,
    rows: written.rows,
    columns: written.columns.map(({ name, type }) => ({ name, type, nullable: true })),
    unreadable: written.badRows,
  };
}

/**
 * The rows from `start` to `end` (not included) as SQL that stands after FROM, with their numbers from 0 as `rowColumn`. DuckDB
 * counts them itself in a single file, unless a column of the data has that very name; of several files only those are read
 * that hold some of the rows.
 */
async function numbered(
  db: DuckDb,
  { files, columns }: ReadRows,
): Promise<Pick<Scoring, 'rowColumn' | 'between'>> {
  const names = new Set(columns.map(({ name }) => name.toLowerCase()));
  const range = (column: string, start: number, end: number) =>
    `${column} >= ${start} AND ${column} < ${end}`;
  const [only] = files;
  if (files.length === 1 && only !== undefined && !names.has('file_row_number')) {
    const rowColumn = 'file_row_number';
    const file = `read_parquet(${quoteText(only)}, hive_partitioning = false, file_row_number = true)`;
    return {
      rowColumn,
      between: (start, end) => `(SELECT * FROM ${file} WHERE ${range(rowColumn, start, end)})`,
    };
  }
  let rowColumn = 'assay_row';
  while (names.has(rowColumn)) rowColumn += '_';
  const ends = await parquetRowEnds(db, files);
  return {
    rowColumn,
    between(start, end) {
      const first = Math.max(
        0,
        ends.findIndex((rows) => rows > start),
      );
      const last = ends.findIndex((rows) => rows >= end);
      const held = files.slice(first, last === -1 ? files.length : last + 1);
      const before = first === 0 ? 0 : (ends[first - 1] ?? 0);
      const counted = `SELECT *, row_number() OVER () + ${before - 1} AS ${rowColumn} FROM ${parquetTable(held)}`;
      return `(SELECT * FROM (${counted}) WHERE ${range(rowColumn, start, end)})`;
    },
  };
}

function planOf(
  input: BatchJobInput,
  { columns }: ReadRows,
): Pick<Scoring, 'signature' | 'inputs' | 'keep' | 'names'> {
  const { signature } = input;
  const { inputs, problems } = fitColumns(signature, columns, input);
  const [first] = problems;
  if (first !== undefined)
    throw new AssayError('batch-predictions/columns-do-not-fit', first.message, { problems });
  const data = columns.map(({ name }) => name);
  const keep = input.keep === 'all' ? data : input.keep;
  return {
    signature,
    inputs,
    keep,
    names: resultNames(signature, { data, keep, probabilities: input.probabilities }),
  };
}

type Scored = Pick<
  BatchJobOutput,
  'dataDigest' | 'rows' | 'predicted' | 'rejected' | 'reasons' | 'rowsPerSecond' | 'seconds'
> & { chunks: { chunk: number; rejected: number }[] };

async function scoreAll(
  context: JobContext<BatchJobInput>,
  scoring: Scoring,
  { rows, digest, unreadable }: ReadRows,
): Promise<Scored> {
  const startedAt = performance.now();
  const width = Math.max(1, scoring.inputs.length + scoring.keep.length);
  const fitting = Math.floor(chunkCells / width / smallestChunk) * smallestChunk;
  const size = Math.min(chunkRows, Math.max(smallestChunk, fitting));
  const reasons = new Map<string, number>();
  const chunks: Scored['chunks'] = [];
  let predicted = 0;
  let rejected = unreadable.count;
  let fresh = 0;
  if (unreadable.count > 0) reasons.set('could not be read', unreadable.count);
  for (let chunk = 0, start = 0; start < rows; chunk += 1, start += size) {
    const end = Math.min(start + size, rows);
    let result = await scoring.folder.chunk(chunk);
    if (result === null) {
      result = await scoreChunk(scoring, chunk, start, end);
      await scoring.folder.keepChunk(chunk, result);
      fresh += end - start;
    } else if (fresh === 0 && chunk === 0) context.log('Going on where the attempt before was cut off');
    predicted += result.predicted;
    rejected += result.rejected;
    chunks.push({ chunk, rejected: result.rejected });
    for (const [reason, count] of Object.entries(result.reasons))
      reasons.set(reason, (reasons.get(reason) ?? 0) + count);
    const rate = fresh / ((performance.now() - startedAt) / 1000);
    context.progress(
      0.05 + (0.92 * end) / rows,
      `${end.toLocaleString('en')} of ${rows.toLocaleString('en')} rows${fresh === 0 ? '' : `, ${Math.round(rate).toLocaleString('en')} a second`}`,
    );
  }
  const seconds = (performance.now() - startedAt) / 1000;
  return {
    dataDigest: digest,
    rows: rows + unreadable.count,
    predicted,
    rejected,
    reasons: [...reasons]
      .map(([reason, count]) => ({ reason, rows: count }))
      .sort((a, b) => b.rows - a.rows || (a.reason < b.reason ? -1 : 1))
      .slice(0, mostReasons),
    rowsPerSecond: fresh / Math.max(seconds, 0.001),
    seconds,
    chunks,
  };
}

function nothingLeft(reasons: Scored['reasons']): AssayError {
  const problems = reasons.map(({ reason, rows }) => ({
    path: '/source',
    message: `${reason} (${rows} rows)`,
  }));
  const [first] = problems;
  return new AssayError('batch-predictions/no-rows-left', `No row is left: ${first?.message ?? ''}`, {
    problems,
  });
}
