import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ReadOptions } from '../../local-api/contract/index.ts';
import { type DuckDb, quoteText } from '../duckdb/index.ts';
import { AssayError } from '../errors.ts';
import { type KeptBadRows, keepBadRows } from './bad-rows.ts';
import { type OpenedSource, settledOptions } from './open-relation.ts';
import type { ProjectedColumn } from './projection.ts';
import { MOST_BAD_ROWS_SHOWN } from './relation.ts';
import {
  type Attempt,
  guessesToGiveUp,
  readError,
  settleReading,
  TOLERATED_MISFITS,
} from './settle-reading.ts';
import type { SourceFile } from './source.ts';
import { rowGroupRows } from './wide-relation.ts';

/** Fixed, as everything that shapes the bytes: rows in a row group of a snapshot. */
const ROW_GROUP_ROWS = 122_880;
/** With more bad rows than this the file was not understood, and importing the rest would mislead. */
const TOLERATED_BAD_ROWS = 0.5;
const PROGRESS_MS = 250;

export type WrittenSnapshot = {
  path: string;
  digest: string;
  rows: number;
  sizeBytes: number;
  columns: ProjectedColumn[];
  options: ReadOptions;
  /** All of them are in the file `BAD_ROWS_FILE` of the folder, one JSON object a line. */
  badRows: KeptBadRows;
  warnings: string[];
};

/** Name, in the folder of a snapshot that is written, of the rows that were set aside. */
export const BAD_ROWS_FILE = 'bad-rows.jsonl';

export type WriteOptions = {
  read: ReadOptions;
  /** Everything is written here; removed by the caller. */
  folder: string;
  memoryMb: number;
  /** So many of the rows that cannot be read are given back; the first 20 when left out. */
  mostBadRows?: number;
  /** Written for a pass that follows: neither compressed, nor synced to disk, nor named. */
  isDraft?: boolean;
  signal?: AbortSignal;
  onProgress?(fraction: number): void;
};

/**
 * Writes the rows of a file as a Parquet snapshot, on disk when it returns, and names it by the SHA-256 of its bytes.
 *
 * The same content and options give the same rows in the order of the file, and the same bytes but for a large draft. A guessed type that would lose a fraction or a time of day, or that fails for more than 1 % of the rows, is
 * given up and the file read again; rows that fail otherwise are set aside and counted. Streams: memory does not grow
 * with the file.
 *
 * Errors: as `openSource`; `datasets/empty` when no row is left; `datasets/unreadable` when over half of the rows are
 * bad.
 */
export async function writeSnapshot(file: SourceFile, options: WriteOptions): Promise<WrittenSnapshot> {
  const { read, folder, memoryMb, isDraft = false, signal } = options;
  const reading = { read, folder, memoryMb, headOnly: false, isDraft, signal };
  try {
    const { value, notes } = await settleReading(file, reading, (db, opened, isLast) =>
      writeOnce(db, opened, file, options, isLast),
    );
    const settled = options.isDraft ? { digest: '', sizeBytes: 0 } : await settleFile(value.path);
    return { ...value, ...settled, warnings: [...value.warnings, ...notes] };
  } catch (thrown) {
    throw readError(thrown, file, read);
  }
}

async function writeOnce(
  db: DuckDb,
  opened: OpenedSource,
  file: SourceFile,
  { read, folder, onProgress, mostBadRows = MOST_BAD_ROWS_SHOWN, isDraft = false }: WriteOptions,
  isLast: boolean,
): Promise<Attempt<Omit<WrittenSnapshot, 'digest' | 'sizeBytes'>>> {
  const { relation, columns } = opened;
  const path = join(folder, 'snapshot.parquet');
  const timer = setInterval(() => onProgress?.(db.progress() ?? 0), PROGRESS_MS);
  const rows = await copyRows(db, opened.select, path, { isDraft, columns: columns.length }).finally(() =>
    clearInterval(timer),
  );
  const changes = isLast ? [] : await guessesToGiveUp(db, opened, read, rows);
  if (changes.length > 0) return { changes };
  await refuseOtherEncodings(file, opened, rows);
  const badRows = await keepBadRows(db, opened, {
    path: join(folder, BAD_ROWS_FILE),
    most: mostBadRows,
  });
  refuseHopeless(file, rows, badRows, read);
  const options = settledOptions(relation, read);
  return { value: { path, rows, columns, options, badRows, warnings: relation.warnings } };
}

/** Copies the rows of a query into a Parquet file; gives how many. A draft is not compressed. */
export async function copyRows(
  db: DuckDb,
  select: string,
  path: string,
  { isDraft = false, columns = 0 }: { isDraft?: boolean; columns?: number } = {},
): Promise<number> {
  const compression = isDraft ? 'uncompressed' : 'zstd';
  const [row] = await db.rows(
    `COPY (${select}) TO ${quoteText(path)} (FORMAT parquet, COMPRESSION ${compression}, ROW_GROUP_SIZE ${rowGroupRows(columns, ROW_GROUP_ROWS)})`,
  );
  return Number(row?.[0] ?? 0);
}

/**
 * A damaged row or two are set aside; more mean that the file is written in another encoding, and every accent
 * would cost a row.
 */
async function refuseOtherEncodings(
  file: SourceFile,
  { relation }: OpenedSource,
  rows: number,
): Promise<void> {
  const undecodable = (await relation.rejects?.undecodable()) ?? 0;
  if (undecodable <= TOLERATED_MISFITS * (rows + undecodable)) return;
  let line: number | null = null;
  for await (const row of relation.rejects?.rows() ?? []) {
    line = row.line;
    break;
  }
  throw new AssayError(
    'datasets/unreadable',
    `${undecodable} rows of ${file.name} are not UTF-8 text, one of them on line ${line ?? '?'}; save the file as UTF-8`,
    { hint: 'Or give its encoding: windows-1252 for instance.' },
  );
}

function refuseHopeless(
  file: SourceFile,
  rows: number,
  bad: WrittenSnapshot['badRows'],
  read: ReadOptions,
): void {
  const hopeless = bad.count > 0 && (rows === 0 || bad.count > TOLERATED_BAD_ROWS * (rows + bad.count));
  if (hopeless && read.where === undefined) {
    const [first] = bad.first;
    const where = first?.line === null || first === undefined ? '' : ` Line ${first.line}: ${first.reason}.`;
    throw new AssayError(
      'datasets/unreadable',
      `${bad.count} of ${rows + bad.count} rows of ${file.name} cannot be read.${where}`,
      {
        problems: bad.first.map(({ line, reason }) => ({
          path: line === null ? '' : `line ${line}`,
          message: reason,
        })),
      },
    );
  }
  if (rows > 0) return;
  const reason = read.where === undefined ? 'has no rows' : `has no row for which this holds: ${read.where}`;
  throw new AssayError('datasets/empty', `${file.name} ${reason}`);
}

/** Puts the bytes on disk and names them. */
export async function settleFile(path: string): Promise<{ digest: string; sizeBytes: number }> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1024 ** 2 }), hash);
  const { size } = await stat(path);
  return { digest: `sha256:${hash.digest('hex')}`, sizeBytes: size };
}
