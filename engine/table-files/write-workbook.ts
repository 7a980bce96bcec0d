import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { crc32, createDeflateRaw, deflateRawSync } from 'node:zlib';
import type { DuckDb } from '../duckdb/index.ts';
import { AssayError } from '../errors.ts';
import { type PackedEntry, packedZip } from '../zip/index.ts';
import { type PlainColumn, type PlainPiece, plainRows } from './plain-rows.ts';
import {
  cellXml,
  columnLetters,
  MOST_SHEET_COLUMNS,
  MOST_SHEET_ROWS,
  sheetEnd,
  sheetHead,
} from './sheet-xml.ts';
import { workbookParts } from './workbook-parts.ts';
import type { WriteOptions } from './write-table-file.ts';

/** Written before others get a turn: the rows of a workbook are made on the thread that asks. */
const CELLS_AT_ONCE = 8000;
/** A sheet shrinks to little more than at higher levels, in half the time. */
const LEVEL = 3;

/**
 * Writes the rows of a query as a workbook for Excel with one sheet (ECMA-376): numbers as numbers, dates and times (UTC) as
 * dates, texts as texts whatever they begin with, missing values as empty cells. Whole numbers that a double cannot hold, NaN and
 * infinities become text, as do dates before March 1900. Memory does not grow with the rows.
 *
 * Errors: `datasets/export-does-not-fit`.
 */
export async function writeWorkbook(
  db: DuckDb,
  select: string,
  path: string,
  { title, onRows }: WriteOptions,
): Promise<number> {
  const { columns, pieces } = await plainRows(db, select);
  if (columns.length > MOST_SHEET_COLUMNS)
    throw new AssayError(
      'datasets/export-does-not-fit',
      `There are ${columns.length.toLocaleString('en')} columns; a workbook holds ${MOST_SHEET_COLUMNS.toLocaleString('en')}`,
    );
  const packed = `${path}.sheet`;
  const facts = { rows: 0, sizeBytes: 0, checksum: 0, packedBytes: 0 };
  const sheet = sheetText(columns, pieces, async (rows) => {
    facts.rows = rows;
    await onRows(rows);
  });
  try {
    await pipeline(
      Readable.from(sheet, { objectMode: true }),
      async function* count(texts: AsyncIterable<string>) {
        for await (const text of texts) {
          const bytes = Buffer.from(text);
          facts.sizeBytes += bytes.length;
          facts.checksum = crc32(bytes, facts.checksum);
          yield bytes;
        }
      },
      createDeflateRaw({ level: LEVEL }),
      async function* size(pieces: AsyncIterable<Buffer>) {
        for await (const piece of pieces) {
          facts.packedBytes += piece.length;
          yield piece;
        }
      },
      createWriteStream(packed),
    );
    const entries: PackedEntry[] = [
      ...workbookParts(title).map(([name, text]) => packedText(name, text)),
      { name: 'xl/worksheets/sheet1.xml', ...facts, open: () => createReadStream(packed) },
    ];
    await pipeline(Readable.from(packedZip(entries)), createWriteStream(path));
    return facts.rows;
  } finally {
    await rm(packed, { force: true });
  }
}

function packedText(name: string, text: string): PackedEntry {
  const bytes = Buffer.from(text);
  const packed = deflateRawSync(bytes);
  return {
    name,
    sizeBytes: bytes.length,
    checksum: crc32(bytes),
    packedBytes: packed.length,
    open: () => [packed],
  };
}

async function* sheetText(
  columns: readonly PlainColumn[],
  pieces: AsyncIterable<PlainPiece>,
  onRows: (rows: number) => Promise<void>,
): AsyncGenerator<string> {
  yield sheetHead(columns);
  const letters = columns.map((_, index) => columnLetters(index));
  const rowsAtOnce = Math.max(1, Math.floor(CELLS_AT_ONCE / Math.max(1, columns.length)));
  let written = 0;
  for await (const piece of pieces) {
    if (written + piece.rows >= MOST_SHEET_ROWS)
      throw new AssayError(
        'datasets/export-does-not-fit',
        `There are more rows than a workbook holds: ${(MOST_SHEET_ROWS - 1).toLocaleString('en')} and the head`,
      );
    for (let first = 0; first < piece.rows; first += rowsAtOnce) {
      let text = '';
      const end = Math.min(piece.rows, first + rowsAtOnce);
      for (let row = first; row < end; row++) {
        const number = written + row + 2;
        text += `<row r="${number}">`;
        for (const [index, column] of columns.entries())
          text += cellXml(column, letters[index] ?? '', number, piece.columns[index]?.at(row) ?? null);
        text += '</row>';
      }
      yield text;
      await setImmediate();
    }
    written += piece.rows;
    await onRows(written);
  }
  yield sheetEnd(columns.length, written);
}
