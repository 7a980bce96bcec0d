import type { DuckDb } from '../duckdb/index.ts';
import { rejectedPlaces } from './csv-errors.ts';
import type { CsvPart } from './csv-parts.ts';
import type { Place } from './relation.ts';
import { plainBytes } from './text-file.ts';

/** The row of a sheet that a line of its staged CSV came from; of other files the line itself. */
export function lineOfSheet({ source }: Pick<CsvPart, 'source'>, line: number | null): number | null {
  if (line === null || source.staged?.kind !== 'sheet') return line;
  const { shifts } = source.staged;
  let low = 0;
  let high = shifts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((shifts[middle]?.line ?? 0) <= line) low = middle + 1;
    else high = middle;
  }
  return line + (shifts[low - 1]?.by ?? 0);
}

/**
 * Where the rows with these numbers stand: from 1, ascending, counting the rows that DuckDB gave, in the order of the
 * files. Reads the files once more, some 200 MB a second.
 */
export async function placesOfRows(
  db: DuckDb,
  parts: readonly CsvPart[],
  rows: readonly number[],
): Promise<Place[]> {
  const places: Place[] = [];
  let given = 0;
  for (const [index, part] of parts.entries()) {
    if (places.length === rows.length) break;
    const rejected = await rejectedOffsets(db, parts, index);
    const name = parts.length > 1 ? { file: part.source.name } : {};
    let nextRejected = 0;
    let toSkip = part.dialect.header ? 1 : 0;
    const onRecord = (offset: number, line: number): boolean => {
      if (line <= part.dialect.skipLines) return true;
      if (toSkip > 0) {
        toSkip -= 1;
        return true;
      }
      if (rejected[nextRejected] === offset) {
        nextRejected += 1;
        return true;
      }
      given += 1;
      if (rows[places.length] === given) places.push({ line: lineOfSheet(part, line), ...name });
      return places.length < rows.length;
    };
    await scanRecords(part, onRecord);
  }
  while (places.length < rows.length) places.push({ line: null });
  return places;
}

async function rejectedOffsets(db: DuckDb, parts: readonly CsvPart[], index: number): Promise<number[]> {
  const offsets: number[] = [];
  const sql = `SELECT DISTINCT line_byte_position FROM ${rejectedPlaces(parts)} WHERE part = ${index} ORDER BY 1`;
  for await (const chunk of db.chunks(sql)) {
    for (const [offset] of chunk.getRows()) offsets.push(Math.max(Number(offset) - 1, 0));
  }
  return offsets;
}

const LINE_FEED = 10;
const RETURN = 13;

type State = 'start' | 'plain' | 'quoted' | 'quote-seen' | 'escaped';

/**
 * Calls for each record of a CSV with its offset in bytes and its line; blank lines are none. Ends when told false.
 * Quotes count as `csvRecords` counts them.
 */
async function scanRecords(
  { path, compression, dialect }: Pick<CsvPart, 'path' | 'compression' | 'dialect'>,
  onRecord: (offset: number, line: number) => boolean,
): Promise<void> {
  const quote = dialect.quote.charCodeAt(0);
  const escapeMark = dialect.escape.charCodeAt(0);
  const delimiter = dialect.delimiter.charCodeAt(0);
  let state: State = 'start';
  let offset = 0;
  let line = 1;
  let recordOffset = 0;
  let recordLine = 1;
  let isBlank = true;
  let wasReturn = false;
  const end = (next: number): boolean => {
    const goesOn = isBlank || onRecord(recordOffset, recordLine);
    line += 1;
    recordOffset = next;
    recordLine = line;
    isBlank = true;
    state = 'start';
    return goesOn;
  };
  for await (const chunk of plainBytes(path, compression)) {
    const bytes: Buffer = chunk;
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      if (wasReturn) {
        wasReturn = false;
        if (byte === LINE_FEED) {
          recordOffset += 1;
          continue;
        }
      }
      if (state === 'escaped') {
        state = 'quoted';
        continue;
      }
      if (state === 'quote-seen') {
        if (byte === quote) {
          state = 'quoted';
          continue;
        }
        state = 'plain';
      }
      if (state === 'quoted') {
        if (byte === quote) state = 'quote-seen';
        else if (byte === escapeMark) state = 'escaped';
        else if (byte === LINE_FEED) line += 1;
        continue;
      }
      if (byte === LINE_FEED || byte === RETURN) {
        wasReturn = byte === RETURN;
        if (!end(offset + at + 1)) return;
        continue;
      }
      isBlank = false;
      if (byte === delimiter) state = 'start';
      else if (byte === quote && state === 'start') state = 'quoted';
      else state = 'plain';
    }
    offset += bytes.length;
  }
  if (!isBlank) onRecord(recordOffset, recordLine);
}
