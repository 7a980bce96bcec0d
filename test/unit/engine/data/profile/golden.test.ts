import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quoteText } from '../../../../../engine/duckdb/index.ts';
import type { AssociationMeasure } from '../../../../../local-api/contract/index.ts';
import { GoldenProfile } from '../../../../kit/data/golden-profile.ts';
import { columnOf, detailsOf, type Profiled, profileOfSql } from '../../../../kit/data/profiles.ts';
import { testFolder } from '../../../../kit/data/snapshots.ts';

const file = (name: string) =>
  fileURLToPath(new URL(`../../../../fixtures/profile/${name}`, import.meta.url));

// Golden values: pandas, NumPy and SciPy, by test/fixtures/profile/make.py.
const golden = GoldenProfile.parse(JSON.parse(readFileSync(file('mixed.json'), 'utf8')));

const folder = testFolder();
afterAll(() => folder.remove());

let profiled: Profiled;
beforeAll(async () => {
  const path = folder.file('mixed.csv', readFileSync(file('mixed.csv')));
  profiled = await profileOfSql(folder.path, `SELECT * FROM read_csv(${quoteText(path)})`, {
    rowsAFile: 150,
  });
});

function associations(measure: AssociationMeasure) {
  const found = profiled.details.associations.find((one) => one.measure === measure);
  if (found === undefined) throw new Error(`no ${measure}`);
  return found;
}

function expectMatrix(actual: readonly (readonly (number | null)[])[], wanted: (number | null)[][]) {
  expect(actual).toHaveLength(wanted.length);
  for (const [row, values] of wanted.entries()) {
    for (const [column, value] of values.entries()) {
      if (value === null) expect(actual[row]?.[column]).toBeNull();
      else expect(actual[row]?.[column]).toBeCloseTo(value, 9);
    }
  }
}

describe('a profile over several files', () => {
  it('gives the moments, quantiles and signs that pandas gives', () => {
    for (const [name, wanted] of Object.entries(golden.numbers)) {
      const { mean, std, quantiles, zeros } = columnOf(profiled, name);
      const shape = detailsOf(profiled, name).number;
      expect(mean).toBeCloseTo(wanted.mean, 8);
      expect(std).toBeCloseTo(wanted.std, 8);
      expect(shape?.skewness).toBeCloseTo(wanted.skewness ?? Number.NaN, 8);
      expect(shape?.kurtosis).toBeCloseTo(wanted.kurtosis ?? Number.NaN, 8);
      expect({ zeros, negatives: shape?.negatives }).toEqual({
        zeros: wanted.zeros,
        negatives: wanted.negatives,
      });
      for (const [index, value] of Object.values(quantiles ?? {}).entries()) {
        expect(value).toBeCloseTo(wanted.quantiles[index] ?? Number.NaN, 8);
      }
    }
  });

  it('gives the correlations of pandas where values are missing', () => {
    const { rows, values } = associations('pearson');
    expect(rows).toEqual(golden.pearson.columns);
    expectMatrix(values, golden.pearson.values);
    expectMatrix(associations('spearman').values, golden.spearman.values);
  });

  it('gives the Cramér’s V of Bergsma and the correlation ratio', () => {
    const v = associations('cramers-v');
    expect(v.rows).toEqual(golden.cramersV.columns);
    expectMatrix(v.values, golden.cramersV.values);
    expectMatrix(associations('correlation-ratio').values, golden.correlationRatio.values);
  });

  it('counts values that occur once, and rows that repeat', () => {
    for (const [name, { distinct, once }] of Object.entries(golden.categories)) {
      expect(columnOf(profiled, name).distinct).toBe(distinct);
      expect(detailsOf(profiled, name).once).toBe(once);
    }
    expect(profiled.profile.duplicateRows).toBe(golden.duplicateRows);
    expect(profiled.details.duplicates?.examples).toHaveLength(golden.duplicateRows);
  });

  it('counts which columns are missing together', () => {
    const { missing } = profiled.details;
    expect(missing?.columns).toEqual(golden.missing.columns);
    expectMatrix(missing?.correlation ?? [], golden.missing.correlation);
    const byName = (patterns: { missing: string[]; rows: number }[]) =>
      patterns.map((one) => `${one.missing.join()} ${one.rows}`).sort();
    expect(byName(missing?.patterns ?? [])).toEqual(byName(golden.missing.patterns));
    for (const [index, counts] of (missing?.blocks.missing ?? []).entries()) {
      const { missing: total } = columnOf(profiled, missing?.columns[index] ?? '');
      expect(counts.reduce((sum, n) => sum + n, 0)).toBe(total);
    }
  });
});
