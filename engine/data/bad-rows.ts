import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
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

/** The rows of such a file, from the first. */
export async function* readBadRows(path: string): AsyncGenerator<BadRow> {
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) if (line !== '') yield BadRow.parse(JSON.parse(line));
}

/** One page of such a file. Cost: reads the file as far as the page. */
export async function badRowsPage(
  path: string,
  offset: number,
  limit: number,
): Promise<{ rows: BadRow[]; total: number }> {
  const rows: BadRow[] = [];
  let total = 0;
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) {
    if (line === '') continue;
    if (total >= offset && rows.length < limit) rows.push(BadRow.parse(JSON.parse(line)));
    total += 1;
  }
  return { rows, total };
}
