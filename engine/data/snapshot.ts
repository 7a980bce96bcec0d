import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { BadRow, ColumnType, ReadOptions } from '../../local-api/contract/index.ts';
import { AssayError, messageOf } from '../errors.ts';
import { type DuckDb, duckDbError, quoteText, withDuckDb } from './duckdb.ts';
import { type OpenedSource, openSource, settledOptions } from './open-relation.ts';
import { failedRows, isLineEndFault } from './preview.ts';
import { anyFails, type ProjectedColumn } from './projection.ts';
import { MOST_BAD_ROWS_SHOWN } from './relation.ts';
import type { SourceFile } from './source.ts';

/** Fixed, as everything that shapes the bytes: rows in a row group of a snapshot. */
const ROW_GROUP_ROWS = 122_880;
/** A guess may fail for this share of the rows: they are set aside. Beyond it the guess was wrong. */
const TOLERATED_MISFITS = 0.01;
/** With more bad rows than this the file was not understood, and importing the rest would mislead. */
const TOLERATED_BAD_ROWS = 0.5;
const MOST_ATTEMPTS = 5;

export type WrittenSnapshot = {
  path: string;
  digest: string;
  rows: number;
  sizeBytes: number;
  columns: ProjectedColumn[];
  options: ReadOptions;
  badRows: { count: number; first: BadRow[] };
  warnings: string[];
};

export type WriteOptions = {
  read: ReadOptions;
  /** Everything is written here; removed by the caller. */
  folder: string;
  memoryMb: number;
  signal?: AbortSignal;
  onProgress?(fraction: number): void;
};

/**
 * Writes the rows of a file as a Parquet snapshot, on disk when it returns, and names it by the SHA-256 of its bytes.
 *
 * The same content and options give the same bytes: one thread writes, in the order of the file, with fixed row groups. A guessed type that fails for
 * more than 1 % of the rows (or for numbers at all) is widened and the file read again; rows that fail otherwise are set aside and counted.
 * Streams: memory does not grow with the file.
 *
 * Errors: as `openSource`; `datasets/empty` when no row is left; `datasets/unreadable` when over half of the rows are bad.
 */
export async function writeSnapshot(file: SourceFile, options: WriteOptions): Promise<WrittenSnapshot> {
  const widened = new Map<string, ColumnType>();
  const notes: string[] = [];
  let mixedLineEnds = false;
  for (let attempt = 1; ; attempt++) {
    const outcome = await writeOnce(file, options, widened, mixedLineEnds, attempt === MOST_ATTEMPTS);
    if (outcome.kind === 'written') {
      return { ...outcome.snapshot, warnings: [...outcome.snapshot.warnings, ...notes] };
    }
    if (outcome.kind === 'mixed-line-ends') {
      mixedLineEnds = true;
      notes.push('The file mixes kinds of line ends; all were read as one');
    } else {
      for (const { column, type, note } of outcome.changes) {
        widened.set(column, type);
        notes.push(note);
      }
    }
  }
}

type Change = { column: string; type: ColumnType; note: string };
type Outcome =
  | { kind: 'written'; snapshot: WrittenSnapshot }
  | { kind: 'mixed-line-ends' }
  | { kind: 'widen'; changes: Change[] };

async function writeOnce(
  file: SourceFile,
  options: WriteOptions,
  widened: ReadonlyMap<string, ColumnType>,
  mixedLineEnds: boolean,
  isLast: boolean,
): Promise<Outcome> {
  const { read, folder, memoryMb, signal } = options;
  const path = join(folder, 'snapshot.parquet');
  const database = {
    readable: [file.path],
    folders: [folder],
    memoryMb,
    threads: 1,
    ...(signal ? { signal } : {}),
  };
  return withDuckDb(database, async (db) => {
    const opened = await openSource(db, file, {
      read,
      workFolder: folder,
      headOnly: false,
      widened,
      mixedLineEnds,
      signal,
    });
    const timer = setInterval(() => options.onProgress?.(db.progress() ?? 0), 250);
    let rows: number;
    try {
      rows = await copyRows(db, opened.select, path);
    } catch (thrown) {
      if (!mixedLineEnds && isLineEndFault(thrown)) return { kind: 'mixed-line-ends' };
      throw readError(thrown, file, read);
    } finally {
      clearInterval(timer);
    }
    const changes = isLast ? [] : await changesNeeded(opened, read, rows);
    if (changes.length > 0) return { kind: 'widen', changes };
    await refuseOtherEncodings(file, opened, rows);
    const badRows = await collectBadRows(db, opened);
    refuseHopeless(file, rows, badRows, read);
    const { digest, sizeBytes } = await settleFile(path);
    const { relation, columns } = opened;
    return {
      kind: 'written',
      snapshot: {
        path,
        digest,
        rows,
        sizeBytes,
        columns,
        options: settledOptions(relation, read),
        badRows,
        warnings: relation.warnings,
      },
    };
  });
}

async function copyRows(db: DuckDb, select: string, path: string): Promise<number> {
  const [row] = await db.rows(
    `COPY (${select}) TO ${quoteText(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROW_GROUP_ROWS})`,
  );
  return Number(row?.[0] ?? 0);
}

function readError(thrown: unknown, file: SourceFile, read: ReadOptions): AssayError {
  const blamesCondition =
    read.where !== undefined && /^(Conversion|Out of Range|Invalid Input) Error/.test(messageOf(thrown));
  return blamesCondition
    ? duckDbError(thrown, 'datasets/bad-expression', read.where ?? '')
    : duckDbError(thrown, 'datasets/unreadable', `${file.name} cannot be read`);
}

/** Which guessed types do not hold for the whole file, and what they become. */
async function changesNeeded({ relation }: OpenedSource, read: ReadOptions, rows: number): Promise<Change[]> {
  const misfits = (await relation.rejects?.misfits()) ?? [];
  const declared = new Set(
    (read.columns ?? []).flatMap((column) => (column.type === undefined ? [] : [column.name])),
  );
  const changes: Change[] = [];
  for (const { column, count, numbers, integers, example } of misfits) {
    if (declared.has(column)) continue;
    const current = relation.columns.find((candidate) => candidate.name === column)?.nativeType;
    const isInteger = current === 'BIGINT';
    const type =
      isInteger && numbers === count && integers === 0 ? 'float' : current === 'DATE' ? 'datetime' : 'string';
    // Numbers are never bad rows of a column of numbers, nor times of a column of dates: those guesses change at the first misfit.
    const always = (isInteger && numbers === count) || current === 'DATE';
    if (!always && count <= TOLERATED_MISFITS * (rows + count)) continue;
    const plural = count === 1 ? '1 value' : `${count} values`;
    changes.push({
      column,
      type,
      note: `Column "${column}" is read as ${type}: ${plural} such as ${JSON.stringify(example)} did not fit the first guess`,
    });
  }
  return changes;
}

/** A damaged row or two are set aside; more mean that the file is written in another encoding, and every accent would cost a row. */
async function refuseOtherEncodings(
  file: SourceFile,
  { relation }: OpenedSource,
  rows: number,
): Promise<void> {
  const undecodable = (await relation.rejects?.undecodable()) ?? 0;
  if (undecodable <= TOLERATED_MISFITS * (rows + undecodable)) return;
  const [first] = (await relation.rejects?.first(1)) ?? [];
  throw new AssayError(
    'datasets/unreadable',
    `${undecodable} rows of ${file.name} are not UTF-8 text, one of them on line ${first?.line ?? '?'}; save the file as UTF-8`,
  );
}

async function collectBadRows(db: DuckDb, opened: OpenedSource): Promise<WrittenSnapshot['badRows']> {
  const { relation, columns } = opened;
  const rejected = (await relation.rejects?.count()) ?? 0;
  const first = rejected === 0 ? [] : ((await relation.rejects?.first(MOST_BAD_ROWS_SHOWN)) ?? []);
  const failing = anyFails(columns);
  let failed = 0;
  if (failing !== null) {
    const [row] = await db.rows(`SELECT count(*) FROM ${relation.from} WHERE ${failing}`);
    failed = Number(row?.[0] ?? 0);
    if (failed > 0) first.push(...(await failedRows(db, opened, null)));
  }
  return {
    count: relation.setAside.count + rejected + failed,
    first: [...relation.setAside.first, ...first].slice(0, MOST_BAD_ROWS_SHOWN),
  };
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
async function settleFile(path: string): Promise<{ digest: string; sizeBytes: number }> {
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
