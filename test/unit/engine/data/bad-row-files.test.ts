import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openBadRowFiles } from '../../../../engine/data/bad-row-files.ts';
import { testFolder } from '../../../kit/data/snapshots.ts';

const folder = testFolder();
afterAll(() => folder.remove());

it('gives any page of many rows that were set aside, to the last', async () => {
  const path = join(folder.path, 'kept');
  mkdirSync(path);
  const total = 25_001;
  const rows = Array.from({ length: total }, (_, i) => ({
    line: i + 2,
    reason: `ü "${i}"`,
    text: 'a\n\u2028b',
  }));
  writeFileSync(join(path, 'dsv_1.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const files = await openBadRowFiles(path);
  for (const [offset, limit] of [
    [0, 20],
    [990, 20],
    [1000, 1],
    [19_999, 3000],
    [25_000, 20],
  ] as const) {
    expect(await files.page('dsv_1', offset, limit)).toEqual({
      rows: rows.slice(offset, offset + limit),
      total,
    });
  }
  expect(await files.page('dsv_1', total, 20)).toEqual({ rows: [], total });
  expect(await files.page('dsv_2', 0, 20)).toBeNull();
});
