import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DuckDb, openDuckDb } from '../../../../../engine/duckdb/index.ts';
import { openWindow } from '../../../../../engine/monitoring/windows/open-window.ts';
import type { PlannedWindow } from '../../../../../engine/monitoring/windows/window-source.ts';
import { failureOf, testFolder } from '../../../../kit/data/snapshots.ts';

const folder = testFolder();
let db: DuckDb;
let kept: Buffer;
const version = join(folder.path, 'version.parquet');

beforeAll(async () => {
  db = await openDuckDb({ readable: [], folders: [folder.path], memoryMb: 128 });
  await db.run(`COPY (SELECT range AS x FROM range(10)) TO '${version}' (FORMAT parquet)`);
  kept = readFileSync(version);
});
afterAll(() => {
  db.close();
  folder.remove();
});

function open(slice: string) {
  const planned: PlannedWindow = {
    window: { kind: 'baseline', part: 'test', slice },
    name: 'test rows',
    versionId: null,
    model: null,
    columns: [{ name: 'x', type: 'integer' }],
    source: { kind: 'predictions', file: kept, isNumber: true },
    notes: [],
  };
  return openWindow(db, planned, { folder: folder.path, side: 'current' });
}

describe('a slice of rows that no dataset holds', () => {
  it('keeps the rows that its condition is true for', async () => {
    expect((await open('x > 6 -- the last')).rows).toBe(3);
  });

  it.each([
    [
      'another statement',
      `true)) TO '${join(folder.path, 'a.parquet')}'; COPY (SELECT 1) TO '${version}' (USE_TMP_FILE false); SELECT ((true`,
    ],
    ['another file', `x IN (SELECT x FROM read_parquet('${version}'))`],
    ['chance', 'random() < 0.5'],
    ['a column that it has not', 'y > 1'],
  ])('is refused with %s', async (_, slice) => {
    expect(await failureOf(open(slice))).toMatchObject({ code: 'datasets/bad-expression' });
    expect(readFileSync(version).equals(kept)).toBe(true);
  });
});
