import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fitPreprocessing } from '../../../../../engine/training/preprocessing/fit.ts';
import { holidayNumbers } from '../../../../../engine/training/preprocessing/holidays.ts';
import { openPreprocessor } from '../../../../../engine/training/preprocessing/preprocessor.ts';
import { targetMeans } from '../../../../../engine/training/preprocessing/target-means.ts';
import type { TableTarget, TrainingTable } from '../../../../../engine/training/table.ts';
import { HolidayCountry, Preprocessing } from '../../../../../local-api/contract/index.ts';
import { tableOf } from './tables.ts';

/** What test/fixtures/preprocessing/make.py wrote with scikit-learn and the Python package holidays. */
function fixture<T>(name: string): T {
  const url = new URL(`../../../../fixtures/preprocessing/${name}`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as T;
}

type Cells = (number | null)[];
const golden = fixture<{
  numbers: Record<
    string,
    {
      impute: string;
      train: Cells;
      later: Cells;
      scales: Record<string, { later: Cells; lambda?: number }>;
    }
  >;
  imputed: { values: Cells; fill: Record<string, number> };
  targetMeans: {
    category: string[];
    categories: string[];
    cases: Record<
      string,
      { target: (string | number)[]; classes: string[]; smoothing: Record<string, number[][]> }
    >;
  };
  oneHot: { train: string[]; later: string[]; columns: string[]; matrix: number[][] };
}>('golden.json');

/** Fits on the first rows of a table and gives the matrix of all, by the graph. */
async function matrixOf(table: TrainingTable, trained: number, settings: object) {
  const rows = Int32Array.from({ length: trained }, (_, row) => row);
  const all = Int32Array.from({ length: table.rows }, (_, row) => row);
  const fitted = await fitPreprocessing({
    table,
    rows,
    preprocessing: Preprocessing.parse(settings),
    view: { numbers: 'scaled', categories: 'encoded' },
    seed: 0,
  });
  const preprocessor = await openPreprocessor(fitted);
  const flat = await preprocessor.matrix(table, all);
  await preprocessor.release();
  const names = preprocessor.columns.map(({ name }) => name);
  const rowsOf = Array.from(all, (row) => [...flat.subarray(row * names.length, (row + 1) * names.length)]);
  return { fitted, names, later: rowsOf.slice(trained) };
}

describe('numbers of later rows are what scikit-learn gives', () => {
  const cases = Object.entries(golden.numbers).flatMap(([set, { scales }]) =>
    Object.keys(scales).map((scale) => [set, scale] as const),
  );

  test.each(cases)('%s, %s', async (set, scale) => {
    const { impute, train, later, scales } = golden.numbers[set] ?? expect.fail('no such set');
    const expected = scales[scale];
    const table = tableOf({ x: { type: 'float', values: [...train, ...later] } });
    const made = await matrixOf(table, train.length, {
      numeric: { impute, scale, missingIndicator: false },
    });
    for (const [row, want] of (expected?.later ?? []).entries()) {
      const [got = Number.NaN] = made.later[row] ?? [];
      expect(Math.abs(got - (want ?? 0)) / Math.max(1, Math.abs(want ?? 0)), `row ${row}`).toBeLessThan(2e-6);
    }
    if (expected?.lambda !== undefined) {
      const [feature] = made.fitted.features;
      const transform = feature?.kind === 'number' ? feature.column.transform : null;
      expect(transform !== null && 'lambda' in transform ? transform.lambda : null).toBeCloseTo(
        expected.lambda,
        6,
      );
    }
  });

  test.each(Object.entries(golden.imputed.fill))('filled in by %s', async (impute, fill) => {
    const table = tableOf({ x: { type: 'float', values: [...golden.imputed.values, null] } });
    const { later } = await matrixOf(table, golden.imputed.values.length, {
      numeric: { impute, scale: 'none', missingIndicator: false },
    });
    expect(later[0]?.[0]).toBe(Math.fround(fill));
  });
});

describe('mean targets of categories are what scikit-learn gives', () => {
  const { category, categories, cases } = golden.targetMeans;

  function targetOf({ target, classes }: { target: (string | number)[]; classes: string[] }): TableTarget {
    return classes.length === 0
      ? { task: 'regression', values: Float64Array.from(target, Number) }
      : {
          task: 'classification',
          classes,
          codes: Int32Array.from(target, (name) => classes.indexOf(String(name))),
        };
  }

  const options = (kind: string, smoothing: string) => ({
    target: targetOf(cases[kind] ?? expect.fail('no such case')),
    rows: Int32Array.from(category.keys()),
    group: Int32Array.from(category, (name) => categories.indexOf(name)),
    groups: categories.length,
    smoothing: smoothing === 'auto' ? undefined : Number(smoothing),
    folds: 5,
    seed: 1,
  });
  const kinds = Object.entries(cases).flatMap(([kind, { smoothing }]) =>
    Object.keys(smoothing).map((weight) => [kind, weight] as const),
  );

  test.each(kinds)('%s, smoothing %s', async (kind, smoothing) => {
    const columns = await targetMeans(options(kind, smoothing));
    const want = cases[kind]?.smoothing[smoothing] ?? [];
    for (const [index, row] of want.entries())
      expect(columns.map(({ means }) => means[index] ?? 0)).toEqual(
        row.map((mean) => expect.closeTo(mean, 12)),
      );
  });

  test.each(kinds)(
    '%s, smoothing %s: with a row a fold, each row gets what a fit on all the others gives',
    async (kind, smoothing) => {
      const all = options(kind, smoothing);
      const columns = await targetMeans({ ...all, folds: all.rows.length });
      for (const held of [0, 13, 88]) {
        const others = all.rows.filter((row) => row !== held);
        const without = await targetMeans({
          ...all,
          rows: others,
          group: Int32Array.from(others, (row) => all.group[row] ?? -1),
        });
        const group = all.group[held] ?? -1;
        expect(columns.map(({ outOfFold }) => outOfFold[held])).toEqual(
          without.map(({ means }) => expect.closeTo(means[group] ?? Number.NaN, 12)),
        );
      }
    },
  );

  test("a row's own target has no part in its number, but in those of others", async () => {
    const all = options('regression', 'auto');
    if (all.target.task !== 'regression') expect.fail('no regression');
    const [before] = await targetMeans(all);
    const values = all.target.values.map((value, row) => (row === 4 ? value + 1000 : value));
    const [after] = await targetMeans({ ...all, target: { task: 'regression', values } });
    expect(after?.outOfFold[4]).toBe(before?.outOfFold[4]);
    expect(after?.outOfFold).not.toEqual(before?.outOfFold);
    expect(after?.means).not.toEqual(before?.means);
  });
});

test('one-hot columns with rare and unseen categories are what scikit-learn gives', async () => {
  const { train, later, columns, matrix } = golden.oneHot;
  const table = tableOf({ x: { type: 'string', values: [...train, ...later] } });
  const made = await matrixOf(table, train.length, { categorical: { minCount: 10 } });
  const theirs = columns.map((name) => name.replace('x_infrequent_sklearn', 'x (rare)').replace('x_', 'x='));
  expect([...made.names].sort()).toEqual([...theirs].sort());
  for (const [row, want] of matrix.entries())
    expect(made.names.map((name) => want[theirs.indexOf(name)])).toEqual(made.later[row]);
});

describe('public holidays other than Sundays are those of the Python package holidays', () => {
  const known = fixture<Record<string, { years: number[]; days: string[] }>>('holidays.json');

  test.each(HolidayCountry.options)('%s', (country) => {
    const { years, days } = known[country] ?? expect.fail('no such country');
    const ours = [...holidayNumbers(country)]
      .map((day) => new Date(day * 864e5))
      .filter((date) => date.getUTCDay() !== 0 && years.includes(date.getUTCFullYear()))
      .map((date) => date.toISOString().slice(0, 10));
    expect(ours.sort()).toEqual(days);
  });
});
