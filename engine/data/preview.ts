import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BadRow, DatasetPreview, ReadOptions } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import { cellOf } from './cells.ts';
import { type DuckDb, duckDbError, quoteIdentifier, withDuckDb } from './duckdb.ts';
import { columnList, type OpenedSource, openSource } from './open-relation.ts';
import { anyFails } from './projection.ts';
import { MOST_BAD_ROWS_SHOWN } from './relation.ts';
import type { SourceFile } from './source.ts';

const PREVIEW_MEMORY_MB = 512;

/**
 * The first rows of a file as an import would read them, how the file is read, and what could not be read among them.
 *
 * Reads the beginning only (a Parquet file: its first row groups; a condition may need more), so the time does not grow with the file.
 * Errors: as `openSource`; `datasets/unreadable` when reading fails.
 */
export async function previewFile(
  file: SourceFile,
  read: ReadOptions,
  limit: number,
  tmpDir: string,
): Promise<DatasetPreview> {
  const workFolder = await mkdtemp(join(tmpDir, 'preview-'));
  try {
    return await withDuckDb(
      // One thread: rows read ahead by a second would show up among the bad rows, now and then.
      { readable: [file.path], folders: [workFolder], memoryMb: PREVIEW_MEMORY_MB, threads: 1 },
      async (db) => {
        for (const mixedLineEnds of [false, true]) {
          const opened = await openSource(db, file, {
            read,
            workFolder,
            headOnly: true,
            widened: new Map(),
            mixedLineEnds,
          });
          const preview = await readFirst(db, file, opened, read, limit, mixedLineEnds);
          if (preview !== null) return preview;
        }
        throw new AssayError('datasets/unreadable', `${file.name} cannot be read: its line ends are damaged`);
      },
    );
  } finally {
    await rm(workFolder, { recursive: true, force: true });
  }
}

/** Null when the line ends are mixed and the file must be copied first. */
async function readFirst(
  db: DuckDb,
  file: SourceFile,
  { relation, columns, select }: OpenedSource,
  read: ReadOptions,
  limit: number,
  mixedLineEnds: boolean,
): Promise<DatasetPreview | null> {
  try {
    const rows = await db.rows(`SELECT * FROM (${select}) LIMIT ${limit}`);
    const rejected = (await relation.rejects?.first(MOST_BAD_ROWS_SHOWN)) ?? [];
    const failed = await failedRows(db, { relation, columns, select }, limit);
    const badRows = [...relation.setAside.first, ...rejected, ...failed].slice(0, MOST_BAD_ROWS_SHOWN);
    const given = new Map((read.columns ?? []).map((column) => [column.name, column]));
    const isEmpty = rows.length === 0 && read.where === undefined;
    return {
      format: relation.format,
      columns: columnList(columns, (index) => rows.some((row) => row[index] === null)),
      rows: rows.map((row) => row.map(cellOf)),
      sizeBytes: file.sizeBytes,
      warnings: [
        ...relation.warnings,
        ...(mixedLineEnds ? ['The file mixes kinds of line ends; all are read as one'] : []),
        ...(isEmpty && badRows.length === 0 ? ['The file has columns but no rows'] : []),
      ],
      badRows,
      options: {
        ...relation.options,
        columns: relation.columns.map(({ name }) => given.get(name) ?? { name }),
      },
    };
  } catch (thrown) {
    if (!mixedLineEnds && isLineEndFault(thrown)) return null;
    throw duckDbError(
      thrown,
      read.where === undefined ? 'datasets/unreadable' : 'datasets/bad-expression',
      file.name,
    );
  }
}

/** DuckDB gives up on a CSV whose lines do not all end alike. */
export function isLineEndFault(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.message.includes('state machine reached an invalid state');
}

/** Rows whose values have no reading in the type asked for, among about the first `most` rows. */
export async function failedRows(
  db: DuckDb,
  { relation, columns }: OpenedSource,
  most: number | null,
): Promise<BadRow[]> {
  const failing = anyFails(columns);
  if (failing === null) return [];
  const candidates = columns.filter((column) => column.fails !== null);
  const which = candidates.map((column) => `coalesce(${column.fails}, false)`).join(', ');
  const values = candidates.map((column) => `CAST(${quoteIdentifier(column.source.name)} AS VARCHAR)`);
  const numbered = `SELECT *, row_number() OVER () AS "assay row" FROM ${relation.from}${most === null ? '' : ` LIMIT ${most}`}`;
  const rows = await db.rows(
    `SELECT "assay row", [${which}], [${values.join(', ')}] FROM (${numbered}) WHERE ${failing} LIMIT ${MOST_BAD_ROWS_SHOWN}`,
  );
  return rows.map((row) => badRow(row, candidates));
}

type Candidate = OpenedSource['columns'][number];

function badRow(row: readonly unknown[], candidates: readonly Candidate[]): BadRow {
  const flags = listItems(row[1]);
  const texts = listItems(row[2]);
  const index = flags.indexOf(true);
  const column = candidates[index];
  const text = String(texts[index] ?? '');
  return {
    line: Number(row[0]),
    reason: `row ${row[0]}: ${JSON.stringify(text)} in column "${column?.source.name}" is no ${column?.type}`,
    text: text.slice(0, 500),
  };
}

function listItems(value: unknown): readonly unknown[] {
  return typeof value === 'object' && value !== null && 'items' in value && Array.isArray(value.items)
    ? value.items
    : [];
}
