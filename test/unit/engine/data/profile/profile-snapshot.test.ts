import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { profileSnapshot } from '../../../../../engine/data/profile/profile-snapshot.ts';
import { writeSnapshot } from '../../../../../engine/data/snapshot.ts';
import { samplePath, sourceFile } from '../../../../../engine/data/source.ts';
import { withDuckDb } from '../../../../../engine/duckdb/index.ts';
import { type ColumnProfile, DatasetProfile } from '../../../../../local-api/contract/index.ts';
import { testFolder } from '../../../../kit/data/snapshots.ts';

const folder = testFolder();
afterAll(() => folder.remove());

async function profileOf(path: string): Promise<DatasetProfile> {
  const snapshot = await writeSnapshot(await sourceFile(path), {
    read: {},
    folder: folder.path,
    memoryMb: 512,
  });
  return withDuckDb({ readable: [], folders: [folder.path], memoryMb: 512 }, (db) =>
    profileSnapshot(db, [snapshot.path], snapshot.columns, snapshot.rows),
  );
}

function column(profile: DatasetProfile, name: string): ColumnProfile {
  const found = profile.columns.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no column ${name}`);
  return found;
}

describe('profileSnapshot', () => {
  let penguins: DatasetProfile;
  beforeAll(async () => {
    penguins = await profileOf(samplePath('penguins'));
  });

  it('keeps to the contract', () => {
    expect(DatasetProfile.parse(penguins)).toEqual(penguins);
  });

  it('gives the known figures of the penguins', () => {
    // Golden values: NumPy and SciPy over the same file (mean, std with ddof 1, linear quantiles, pearsonr).
    const mass = column(penguins, 'Body Mass (g)');
    expect(mass).toMatchObject({
      type: 'integer',
      count: 342,
      missing: 2,
      distinct: 94,
      min: 2700,
      max: 6300,
      zeros: 0,
    });
    expect(mass.mean).toBeCloseTo(4201.754385964912, 9);
    expect(mass.std).toBeCloseTo(801.9545356980954, 9);
    expect(mass.quantiles?.p50).toBe(4050);
    expect(mass.quantiles?.p25).toBe(3550);
    const { columns = [], pearson = [] } = penguins.correlations ?? {};
    const flipper = columns.indexOf('Flipper Length (mm)');
    expect(pearson[columns.indexOf('Body Mass (g)')]?.[flipper]).toBeCloseTo(0.8712017673060113, 9);
  });

  it('counts every value of a number in its histogram', () => {
    for (const { histogram, count } of penguins.columns) {
      if (histogram === null) continue;
      expect(histogram.edges).toHaveLength(histogram.counts.length + 1);
      expect(histogram.counts.reduce((sum, n) => sum + n, 0)).toBe(count);
    }
  });

  it('ranks top values', () => {
    expect(column(penguins, 'Species').topValues).toEqual([
      { value: 'Adelie', count: 152 },
      { value: 'Gentoo', count: 124 },
      { value: 'Chinstrap', count: 68 },
    ]);
  });

  it('says in words what is odd about columns and rows', async () => {
    const rows = Array.from(
      { length: 100 },
      (_, i) =>
        `${i},k${i},7,${i === 0 ? 'x' : ''},${i === 50 ? 1e6 : i % 10},${i % 40 === 0 ? 'rare' : 'usual'},${i === 3 ? 'inf' : 1.5 * i},2020-01-${String((i % 28) + 1).padStart(2, '0')}`,
    );
    rows.push(rows[5] ?? '');
    const path = folder.file('odd.csv', `id,key,same,gone,tail,often,endless,day\n${rows.join('\n')}\n`);
    const profile = await profileOf(path);
    const warnings = (name: string) => column(profile, name).warnings.join('; ');
    expect(warnings('same')).toBe('constant: every value is 7');
    expect(warnings('gone')).toContain('mostly missing: 99 % of the rows have no value');
    expect(warnings('tail')).toContain('extreme values: the largest is 1000000');
    expect(warnings('often')).toContain('nearly constant: 97 % of the values are "usual"');
    expect(warnings('endless')).toContain('has infinite values');
    expect(column(profile, 'endless')).toMatchObject({ max: 'Infinity', count: 101 });
    expect(column(profile, 'day')).toMatchObject({ type: 'date', min: '2020-01-01', max: '2020-01-28' });
    expect(column(profile, 'day').histogram?.counts.reduce((sum, n) => sum + n, 0)).toBe(101);
    expect(profile.duplicateRows).toBe(1);
    expect(profile.warnings).toEqual(['1 rows (1 %) repeat another row', 'without information: same, gone']);
    const unique = await profileOf(
      folder.file('ids.csv', `id,v\n${Array.from({ length: 60 }, (_, i) => `${i},1`).join('\n')}\n`),
    );
    expect(column(unique, 'id').warnings).toContain('id-like: every value is different');
  });

  it('profiles a column without a single value', async () => {
    const profile = await profileOf(folder.file('void.csv', 'a,b\n1,\n2,\n'));
    expect(column(profile, 'b')).toMatchObject({
      count: 0,
      missing: 2,
      distinct: 0,
      min: null,
      mean: null,
      histogram: null,
      topValues: [],
    });
    expect(column(profile, 'b').warnings).toEqual(['empty: no row has a value']);
  });
});
