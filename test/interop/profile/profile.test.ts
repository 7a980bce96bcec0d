/** A profile beside the figures that pandas, NumPy and SciPy give of the same table, made anew with many rows. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { quoteText, withDuckDb } from '../../../engine/duckdb/index.ts';
import { GoldenProfile } from '../../kit/data/golden-profile.ts';
import { columnOf, detailsOf, type Profiled, profileOfSql } from '../../kit/data/profiles.ts';
import { testFolder } from '../../kit/data/snapshots.ts';
import { pythonWith } from '../quality/python.ts';

const found = await pythonWith(['pandas', 'scipy']);
if ('missing' in found) console.error(`Not run: ${found.missing}.`);

const make = fileURLToPath(new URL('../../fixtures/profile/make.py', import.meta.url));
const ROWS = 60_000;

describe.skipIf('missing' in found)('a profile beside pandas and SciPy', () => {
  const folder = testFolder();
  afterAll(() => folder.remove());
  let golden: GoldenProfile;
  let profiled: Profiled;

  beforeAll(async () => {
    const csv = `${folder.path}/table.csv`;
    await withDuckDb({ readable: [], folders: [folder.path], memoryMb: 512 }, (db) =>
      db.run(
        `COPY (SELECT CASE WHEN hash(i) % 9 = 0 THEN NULL ELSE (hash(i + 1) % 100003) / 1000.0 END AS even,
           exp((hash(i + 2) % 1000) / 100.0) AS heavy, 1e9 + (hash(i + 3) % 1000) AS far, (hash(i + 4) % 7)::INT - 3 AS tied, 5 AS constant,
           CASE WHEN hash(i) % 11 = 0 THEN NULL ELSE (hash(i + 1) % 100003) / 500.0 + (hash(i + 5) % 100) END AS related,
           ['a', 'b', 'c', 'd'][1 + (hash(i + 1) % 100003 // 30000)::INT] AS cut, 'k' || (hash(i + 6) % 20) AS label
         FROM range(${ROWS}) r(i)) TO ${quoteText(csv)} (FORMAT csv)`,
      ),
    );
    const python = 'python' in found ? found.python : '';
    const { stdout } = await promisify(execFile)(python, ['-W', 'ignore', make, csv]);
    golden = GoldenProfile.parse(JSON.parse(stdout.replaceAll('NaN', 'null')));
    profiled = await profileOfSql(folder.path, `SELECT * FROM read_csv(${quoteText(csv)})`, {
      rowsAFile: 25_000,
    });
  }, 120_000);

  test('numbers: moments and quantiles', () => {
    for (const [name, wanted] of Object.entries(golden.numbers)) {
      const column = columnOf(profiled, name);
      const shape = detailsOf(profiled, name).number;
      expect(near(column.mean, wanted.mean), `${name}: mean`).toBe(true);
      expect(near(column.std, wanted.std), `${name}: deviation`).toBe(true);
      for (const [index, value] of Object.values(column.quantiles ?? {}).entries()) {
        expect(near(value, wanted.quantiles[index]), `${name}: quantile ${index}`).toBe(true);
      }
      if (name === 'constant') continue;
      expect(near(shape?.skewness, wanted.skewness), `${name}: skewness ${shape?.skewness}`).toBe(true);
      expect(near(shape?.kurtosis, wanted.kurtosis), `${name}: kurtosis ${shape?.kurtosis}`).toBe(true);
    }
  });

  test.each([
    ['pearson', 'pearson'],
    ['spearman', 'spearman'],
    ['cramers-v', 'cramersV'],
  ] as const)('%s', (measure, key) => {
    const ours = profiled.details.associations.find((one) => one.measure === measure);
    const theirs = golden[key];
    for (const a of ours?.rows ?? []) {
      for (const b of ours?.columns ?? []) {
        const value = ours?.values[ours.rows.indexOf(a)]?.[ours.columns.indexOf(b)];
        const wanted = theirs.values[theirs.columns.indexOf(a)]?.[theirs.columns.indexOf(b)];
        expect(near(value, wanted), `${a} and ${b}: ${value} and ${wanted}`).toBe(true);
      }
    }
  });

  test('which columns are missing together', () => {
    const { missing } = profiled.details;
    expect(missing?.columns).toEqual(golden.missing.columns);
    expect(missing?.patterns.map(({ rows }) => rows).sort()).toEqual(
      golden.missing.patterns.map(({ rows }) => rows).sort(),
    );
  });
});

/** Equal to 1e-9, of the value or absolutely. */
function near(ours: number | null | undefined, theirs: number | null | undefined): boolean {
  if (ours === null || ours === undefined || theirs === null || theirs === undefined) return ours === theirs;
  return Math.abs(ours - theirs) <= 1e-9 * Math.max(1, Math.abs(theirs));
}
