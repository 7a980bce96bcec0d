import { afterAll, describe, expect, it } from 'vitest';
import { interactionOf } from '../../../../../engine/data/profile/interaction.ts';
import { profileHtml } from '../../../../../engine/data/profile/profile-html.ts';
import { quoteText, withDuckDb } from '../../../../../engine/duckdb/index.ts';
import type { ColumnType, DatasetVersion } from '../../../../../local-api/contract/index.ts';
import { ProfileDetails, TargetProfile } from '../../../../../local-api/contract/index.ts';
import { columnOf, detailsOf, type Profiled, profileOfSql } from '../../../../kit/data/profiles.ts';
import { testFolder } from '../../../../kit/data/snapshots.ts';

const folder = testFolder();
afterAll(() => folder.remove());

function findingsOf({ details }: Profiled): string[] {
  return details.findings.map(({ code, column }) => `${code} ${column ?? ''}`.trim());
}

describe('details of a profile', () => {
  it('say what is odd, worst first, and keep to the contract', async () => {
    const profiled = await profileOfSql(
      folder.path,
      `SELECT CASE WHEN i % 3 = 0 THEN 'Oslo' WHEN i % 3 = 1 THEN 'oslo' ELSE 'Rome ' END AS city,
         'u' || i || '@example.org' AS email, exp((i % 97) / 10.0) AS price, 3 * exp((i % 97) / 10.0) AS twin,
         CASE WHEN i BETWEEN 500 AND 530 THEN NULL ELSE i % 11 END AS broken, 7 AS same,
         CAST(NULL AS INTEGER) AS void, CASE WHEN i = 3 THEN 'Infinity'::DOUBLE ELSE i * 1.5 END AS endless,
         '3/' || (1 + i % 28) || '/2022' AS day_text
       FROM range(1000) r(i)`,
    );
    expect(ProfileDetails.parse(profiled.details)).toEqual(profiled.details);
    const told = findingsOf(profiled);
    for (const wanted of [
      'empty void',
      'constant same',
      'infinite endless',
      'case-variants city',
      'padded-text city',
      'personal-data email',
      'near-duplicate price',
      'missing-in-part broken',
      'date-as-text day_text',
      'skewed price',
    ]) {
      expect(told).toContain(wanted);
    }
    const severities = profiled.details.findings.map(({ severity }) => severity);
    expect(severities).toEqual(severities.toSorted((a, b) => rank(a) - rank(b)));
    const place = profiled.details.findings.find(({ code }) => code === 'missing-in-part');
    expect(place?.message).toBe('is missing mostly between rows 501 and 520');
    expect(detailsOf(profiled, 'city').text?.variants[0]).toEqual([
      { value: 'Oslo', count: 334 },
      { value: 'oslo', count: 333 },
    ]);
    expect(detailsOf(profiled, 'endless').number).toMatchObject({ infinite: 1, order: null });
    const log = detailsOf(profiled, 'price').number?.logHistogram;
    expect(log?.counts.reduce((sum, n) => sum + n, 0)).toBe(1000);
  });

  it('finds nothing in plain data', async () => {
    const profiled = await profileOfSql(
      folder.path,
      `SELECT (hash(i) % 1000) / 10.0 AS a, (hash(i + 5000) % 1000) / 10.0 AS b, ['x', 'y', 'z'][1 + (hash(i * 7) % 3)::INT] AS c FROM range(2000) r(i)`,
    );
    expect(profiled.details.findings).toEqual([]);
    expect(profiled.details.missing).toBeNull();
  });

  it('tell the steps of times, their gaps and their days', async () => {
    const profiled = await profileOfSql(
      folder.path,
      `SELECT TIMESTAMP '1969-12-31 22:00:00' + INTERVAL (CASE WHEN i < 60 THEN i ELSE i + 30 END) HOUR AS hourly,
         CAST(DATE '2020-01-01' + INTERVAL (i) MONTH AS DATE) AS monthly, DATE '2021-03-01' - CAST(i AS INTEGER) AS down FROM range(100) r(i)`,
    );
    const { time } = detailsOf(profiled, 'hourly');
    expect(time).toMatchObject({ frequency: 'hourly', order: 'strictly increasing', different: 100 });
    expect(time?.gaps).toEqual([{ fromMs: Date.UTC(1970, 0, 3, 9), toMs: Date.UTC(1970, 0, 4, 16) }]);
    // 31 December 1969 was a Wednesday.
    expect(time?.weekdays[2]).toBe(2);
    expect(time?.hours?.[22]).toBe(5);
    expect(detailsOf(profiled, 'monthly').time).toMatchObject({ frequency: 'monthly', hours: null });
    expect(detailsOf(profiled, 'down').time).toMatchObject({
      frequency: 'daily',
      order: 'strictly decreasing',
    });
    expect(findingsOf(profiled)).toContain('time-gaps hourly');
  });

  it('tell what leaks a target, and what says nothing about it', async () => {
    const { target } = await profileOfSql(
      folder.path,
      `SELECT i AS id, CASE WHEN hash(i) % 4 = 0 THEN 'bad' ELSE 'good' END AS outcome,
         CASE WHEN hash(i) % 4 = 0 THEN 'refund' ELSE 'none' END AS after_it,
         (hash(i) % 4 = 0)::INT * 3 + (hash(i + 9999) % 100) / 40.0 AS partly, hash(i + 77777) % 50 AS noise FROM range(3000) r(i)`,
      { target: 'outcome' },
    );
    expect(TargetProfile.parse(target)).toEqual(target);
    expect(target?.kind).toBe('category');
    expect(target?.classes.map(({ value }) => value)).toEqual(['good', 'bad']);
    const relation = (name: string) => target?.relations.find((one) => one.name === name);
    expect(relation('after_it')).toMatchObject({ measure: 'cramers-v' });
    expect(relation('after_it')?.information).toBeCloseTo(1, 3);
    expect(relation('partly')?.information).toBeGreaterThan(0.5);
    expect(relation('noise')?.information).toBeLessThan(0.01);
    expect(target?.findings[0]).toMatchObject({ code: 'leak', severity: 'high', column: 'after_it' });
    expect(target?.findings.map(({ column }) => column)).not.toContain('id');
  });

  it('of a large table come close to the exact ones', async () => {
    const rows = `SELECT i AS id, (hash(i) % 100000) / 1000.0 AS even, exp((hash(i + 3) % 10000) / 2500.0) AS skewed,
        (hash(i + 11) % 300)::INT AS whole, 'k' || (hash(i + 5) % 40) AS label FROM range(30000) r(i)`;
    const exact = await profileOfSql(folder.path, rows);
    const large = await profileOfSql(folder.path, rows, { exactRows: 1000, rowsAFile: 12_000 });
    expect(large.profile.duplicateRows).toBe(0);
    for (const name of ['even', 'skewed']) {
      const [a, b] = [columnOf(exact, name), columnOf(large, name)];
      const range = Number(a.max) - Number(a.min);
      for (const level of ['p01', 'p05', 'p25', 'p50', 'p75', 'p95', 'p99'] as const) {
        const gap = Math.abs((a.quantiles?.[level] ?? 0) - (b.quantiles?.[level] ?? 0));
        expect(gap).toBeLessThan(range / 1000);
      }
      expect(b.histogram).toEqual(a.histogram);
      expect(b.mean).toBeCloseTo(a.mean ?? 0, 9);
    }
    expect(columnOf(large, 'whole').quantiles).toEqual(columnOf(exact, 'whole').quantiles);
    expect(columnOf(large, 'label').topValues).toEqual(columnOf(exact, 'label').topValues);
  });

  it('are told from a sample of many rows, the same one each time', async () => {
    const rows = `SELECT hash(i) % 1000 AS a, 2 * (hash(i) % 1000) + hash(i + 1) % 500 AS b FROM range(150000) r(i)`;
    const [first, second] = [await profileOfSql(folder.path, rows), await profileOfSql(folder.path, rows)];
    expect(first.details.sampledRows).toBeGreaterThan(95_000);
    expect(first.details.sampledRows).toBeLessThan(105_000);
    expect(second.details.associations).toEqual(first.details.associations);
  });

  it('place what is missing in the order of the files, whatever their names', async () => {
    const { details } = await profileOfSql(
      folder.path,
      'SELECT CASE WHEN i < 100 THEN NULL ELSE i END AS late, i AS n FROM range(1200) r(i)',
      { rowsAFile: 100 },
    );
    expect(details.missing?.blocks.missing[0]?.slice(0, 6)).toEqual([24, 24, 24, 24, 4, 0]);
  });

  it('make a page that runs nothing and shows texts as texts', async () => {
    const profiled = await profileOfSql(
      folder.path,
      `SELECT '<script>alert(' || i % 3 || ')</script>' AS "<b>bold</b>", i AS n FROM range(60) r(i)`,
      { target: 'n' },
    );
    const version = { dataset: 'x', version: 2, sourceName: 'a&b.csv', digest: 'sha256:0' } as DatasetVersion;
    const page = profileHtml(version, {
      ...profiled.profile,
      details: profiled.details,
      target: profiled.target,
    });
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).not.toContain('<script');
    expect(page).not.toContain('<b>bold');
    expect(page).toContain('&lt;b&gt;bold&lt;/b&gt;');
    expect(page).toContain('a&amp;b.csv');
    expect(page).not.toMatch(/https?:/);
  });
});

function rank(severity: string): number {
  return ['high', 'medium', 'info'].indexOf(severity);
}

describe('interactionOf', () => {
  const column = (name: string, type: ColumnType) => ({ name, type, nullable: true });
  async function interaction(x: [string, ColumnType], y: [string, ColumnType]) {
    const file = `${folder.path}/pairs.parquet`;
    return withDuckDb({ readable: [], folders: [folder.path], memoryMb: 256 }, async (db) => {
      await db.run(
        `COPY (SELECT i AS n, CASE WHEN i = 7 THEN NULL ELSE i * 2.5 END AS v, ['a', 'b'][1 + (i % 2)::INT] AS g,
           ['x', 'y', 'z'][1 + (i % 3)::INT] AS h FROM range(600) r(i)) TO ${quoteText(file)} (FORMAT parquet)`,
      );
      return interactionOf(db, [file], column(...x), column(...y), 600);
    });
  }

  it('counts every row of two numbers in a grid', async () => {
    const { rows, grid } = await interaction(['n', 'integer'], ['v', 'float']);
    expect(rows).toBe(599);
    expect(grid?.counts.flat().reduce((sum, n) => sum + n, 0)).toBe(599);
    expect(grid?.counts).toHaveLength((grid?.yEdges.length ?? 0) - 1);
    expect(grid?.points.every(([x, y]) => y === x * 2.5)).toBe(true);
  });

  it('describes a number within each value of a category', async () => {
    const { groups } = await interaction(['g', 'string'], ['n', 'integer']);
    expect(groups?.map(({ label, rows, mean }) => ({ label, rows, mean }))).toEqual([
      { label: 'a', rows: 300, mean: 299 },
      { label: 'b', rows: 300, mean: 300 },
    ]);
  });

  it('counts how often the values of two categories meet', async () => {
    const { table } = await interaction(['g', 'string'], ['h', 'string']);
    expect(table).toEqual({
      xLabels: ['a', 'b'],
      yLabels: ['x', 'y', 'z'],
      counts: [
        [100, 100],
        [100, 100],
        [100, 100],
      ],
    });
  });
});
