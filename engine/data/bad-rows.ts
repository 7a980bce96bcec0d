import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { BadRow } from '../../local-api/contract/index.ts';
import type { DuckDb } from '../duckdb/index.ts';
import { countFailures, failedRows } from './failed-rows.ts';
import type { OpenedSource } from './open-relation.ts';
import { MOST_BAD_ROWS_SHOWN, type Place } from './relation.ts';

export type KeptBadRows = { count: number; first: BadRow[] };

/**
 * Writes every row that was set aside to a file, one JSON object (`BadRow`) a line, in the order in which they were
 * found: no objects, then unreadable, then without a reading in their type. To be called after all rows were read. No
 * file is made when there are none. Memory: a few numbers for each row without a reading.
 */
export async function keepBadRows(
  db: DuckDb,
  opened: OpenedSource,
  { path, most = MOST_BAD_ROWS_SHOWN }: { path: string; most?: number },
): Promise<KeptBadRows> {
  const { setAside, rejects } = opened.relation;
  const { rows: failed } = await countFailures(db, opened);
  const expected = setAside.count + ((await rejects?.count()) ?? 0) + failed;
  if (expected === 0) return { count: 0, first: [] };
  const first: BadRow[] = [];
  let count = 0;
  const out = createWriteStream(path);
  for await (const row of allBadRows(db, opened, failed)) {
    count += 1;
    if (first.length < most) first.push(row);
    if (!out.write(`${JSON.stringify(row)}\n`)) await once(out, 'drain');
  }
  out.end();
  await finished(out);
  return { count, first };
}

async function* allBadRows(db: DuckDb, opened: OpenedSource, failed: number): AsyncGenerator<BadRow> {
  const { setAside, rejects, places } = opened.relation;
  if (setAside.path !== null) yield* readBadRows(setAside.path);
  if (rejects !== null) yield* rejects.rows();
  if (failed === 0) return;
  const numbers: number[] = [];
  if (places !== null) for await (const { row } of failedRows(db, opened)) numbers.push(row);
  const found = places === null ? [] : await places(numbers);
  let index = 0;
  for await (const row of failedRows(db, opened)) {
    yield located(row, found[index]);
    index += 1;
  }
}

function located(
  { row, reason, text }: { row: number; reason: string; text: string },
  place: Place | undefined,
): BadRow {
  const line = place?.line ?? null;
  const file = place?.file === undefined ? {} : { file: place.file };
  return { line, reason: line === null ? `row ${row}: ${reason}` : reason, text, ...file };
}

/** The first bad rows, for a preview: `among` so many rows of the source. */
export async function firstBadRows(
  db: DuckDb,
  opened: OpenedSource,
  { most, among }: { most: number; among: number },
): Promise<BadRow[]> {
  const { setAside, rejects, places } = opened.relation;
  const rows: BadRow[] = [];
  const take = async (more: AsyncIterable<BadRow>): Promise<void> => {
    for await (const row of more) {
      if (rows.length >= most) return;
      rows.push(row);
    }
  };
  if (setAside.path !== null) await take(readBadRows(setAside.path));
  if (rejects !== null && rows.length < most) await take(rejects.rows());
  const failed: { row: number; reason: string; text: string }[] = [];
  for await (const row of failedRows(db, opened, { among, most: most - rows.length })) failed.push(row);
  const found = failed.length === 0 || places === null ? [] : await places(failed.map(({ row }) => row));
  return [...rows, ...failed.map((row, index) => located(row, found[index]))];
}

const LINE_FEED = 10;
const CHUNK_BYTES = 256 * 1024;

/** The rows of such a file, from the first. */
export async function* readBadRows(path: string): AsyncGenerator<BadRow> {
  for await (const line of linesOf(path, 0)) yield BadRow.parse(JSON.parse(line));
}

/** The lines from a place on. Not `readline`, which takes U+2028 for the end of a line, too. */
async function* linesOf(path: string, start: number): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { start, highWaterMark: CHUNK_BYTES })) {
    const bytes: Buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let from = 0;
    for (let at = bytes.indexOf(LINE_FEED); at !== -1; at = bytes.indexOf(LINE_FEED, from)) {
      yield bytes.toString('utf8', from, at);
      from = at + 1;
    }
    rest = bytes.subarray(from);
  }
}

/** Where every so-many-th row of such a file begins. */
export type BadRowIndex = { total: number; offsets: readonly number[] };

const ROWS_APART = 1000;

/** Cost: reads the file once, some GB a second, with a number for every thousandth row. */
export async function indexBadRows(path: string): Promise<BadRowIndex> {
  const offsets = [0];
  let total = 0;
  let start = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
    const bytes: Buffer = chunk;
    for (let at = bytes.indexOf(LINE_FEED); at !== -1; at = bytes.indexOf(LINE_FEED, at + 1)) {
      total += 1;
      if (total % ROWS_APART === 0) offsets.push(start + at + 1);
    }
    start += bytes.length;
  }
  return { total, offsets };
}

/** One page of such a file. Cost: of a thousand rows and the page, wherever it is. */
export async function badRowsPage(
  path: string,
  { total, offsets }: BadRowIndex,
  offset: number,
  limit: number,
): Promise<{ rows: BadRow[]; total: number }> {
  const rows: BadRow[] = [];
  if (offset >= total) return { rows, total };
  const before = Math.floor(offset / ROWS_APART);
  let number = before * ROWS_APART;
  for await (const line of linesOf(path, offsets[before] ?? 0)) {
    if (number >= offset) rows.push(BadRow.parse(JSON.parse(line)));
    number += 1;
    if (rows.length === limit) break;
  }
  return { rows, total };
}
