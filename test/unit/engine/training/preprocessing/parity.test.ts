import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitPreprocessing } from '../../../../../engine/training/preprocessing/fit.ts';
import { type MatrixView, matrixColumns } from '../../../../../engine/training/preprocessing/fitted.ts';
import { openPreprocessor } from '../../../../../engine/training/preprocessing/preprocessor.ts';
import type { TrainingTable } from '../../../../../engine/training/table.ts';
import {
  DatetimePart,
  HolidayCountry,
  type Interaction,
  NumberScale,
  Preprocessing,
} from '../../../../../local-api/contract/index.ts';
import { oracleMatrix } from './oracle.ts';
import { allRows, tableOf } from './tables.ts';

/** Random tables: types, gaps, odd names, categories that only the other rows have. */
const arbitraryCell = {
  integer: fc.integer({ min: -1e9, max: 1e9 }),
  few: fc.integer({ min: -2, max: 3 }),
  float: fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 }),
  boolean: fc.constantFrom(0, 1),
  datetime: fc.integer({ min: Date.UTC(1960, 0, 1), max: Date.UTC(2080, 0, 1) }),
  string: fc.oneof(fc.constantFrom('a', 'b', 'ä=/"', '漢 字'), fc.string({ minLength: 1, unit: 'grapheme' })),
  code: fc.integer({ min: -3, max: 3 }),
};

type CellKind = keyof typeof arbitraryCell;

const arbitraryTable = fc
  .record({
    rows: fc.integer({ min: 2, max: 40 }),
    columns: fc.uniqueArray(
      fc.record({
        name: fc.oneof(
          fc.constantFrom('label', 'value', 'features', 'v1', "o'clock", 'constructor'),
          fc.string({ minLength: 1, unit: 'grapheme' }),
        ),
        kind: fc.constantFrom<CellKind>('integer', 'few', 'float', 'boolean', 'datetime', 'string', 'code'),
        gaps: fc.boolean(),
        seed: fc.integer(),
      }),
      { minLength: 1, maxLength: 6, selector: ({ name }) => name },
    ),
    classes: fc.constantFrom(0, 2, 3),
  })
  .map(({ rows, columns, classes }) => {
    const entries = columns.map(({ name, kind, gaps, seed }) => {
      const cell: fc.Arbitrary<number | string> = arbitraryCell[kind];
      const values = fc.sample(gaps ? fc.option(cell, { freq: 3 }) : cell, { numRuns: rows, seed });
      const type = kind === 'code' || kind === 'few' ? 'integer' : kind;
      const role = kind === 'code' ? { role: 'category' as const } : {};
      return [name, { type, ...role, values, nullable: gaps }] as const;
    });
    const target = {
      task: 'classification',
      classes: ['x', 'y', 'z'].slice(0, classes),
      codes: Int32Array.from({ length: rows }, (_, row) => (row * 7) % classes),
    } as const;
    return tableOf(Object.fromEntries(entries), classes === 0 ? undefined : target);
  });

const arbitrarySettings = fc.record({
  numeric: fc.record({
    impute: fc.constantFrom('mean', 'median', 'mode', 'constant'),
    fill: fc.constantFrom(-7, 0.5, 1e6),
    missingIndicator: fc.boolean(),
    scale: fc.constantFrom(...NumberScale.options),
    clip: fc.constantFrom('none', 'quantile', 'iqr'),
  }),
  categorical: fc.record({
    encoding: fc.constantFrom('auto', 'onehot', 'ordinal', 'frequency', 'target'),
    minCount: fc.integer({ min: 1, max: 3 }),
    maxOneHot: fc.constant(3),
    missing: fc.constantFrom('own', 'mode'),
  }),
  datetime: fc.record({
    parts: fc.constant(DatetimePart.options),
    cyclic: fc.boolean(),
    daysSince: fc.constantFrom('first', '2000-02-29'),
    holidays: fc.constantFrom(...HolidayCountry.options),
  }),
  selection: fc.constantFrom({}, { minVariance: 0.01 }, { maxCorrelation: 0.9 }, { top: 3 }),
});

/** An interaction of each kind that the columns allow. */
function interactionsOf(table: TrainingTable): Interaction[] {
  const named = (fits: (role: string) => boolean) =>
    table.columns.filter(({ role }) => fits(role)).map(({ name }) => name);
  const pairs = [
    { kinds: ['product', 'ratio', 'sum', 'difference'], names: named((role) => role === 'number') },
    { kinds: ['difference'], names: named((role) => role === 'datetime') },
    { kinds: ['cross'], names: named((role) => role === 'category') },
  ] satisfies { kinds: Interaction['kind'][]; names: string[] }[];
  return pairs.flatMap(({ kinds, names: [first, second] }) =>
    first === undefined || second === undefined
      ? []
      : kinds.map((kind): Interaction => ({ kind, columns: [first, second] })),
  );
}

test('the graph gives what a plain implementation gives, on random tables with gaps, odd names and unseen categories, for every setting', async () => {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(
      arbitraryTable,
      fc.constantFrom<MatrixView['numbers']>('scaled', 'unscaled'),
      fc.constantFrom<MatrixView['categories']>('encoded', 'codes'),
      arbitrarySettings,
      async (table, numbers, categories, settings) => {
        const rows = allRows(table).slice(0, Math.ceil(table.rows / 2));
        const preprocessing = Preprocessing.parse({ ...settings, interactions: interactionsOf(table) });
        const view = { numbers, categories };
        let fitted: ReturnType<typeof fitPreprocessing>;
        try {
          fitted = fitPreprocessing({ table, rows, preprocessing, view, seed: 3 });
        } catch (error) {
          expect(error).toMatchObject({ code: 'training/bad-recipe' });
          return;
        }
        const preprocessor = await openPreprocessor(fitted);
        const flat = await preprocessor.matrix(table, allRows(table));
        await preprocessor.release();
        expect(matrixColumns(fitted)).toHaveLength(preprocessor.columns.length);
        const expected = oracleMatrix(fitted, table, allRows(table)).flat();
        expect(flat).toHaveLength(expected.length);
        compared += 1;
        for (const [index, want] of expected.entries()) {
          const got = flat[index] ?? Number.NaN;
          const isClose = Number.isNaN(want)
            ? Number.isNaN(got)
            : Math.abs(got - want) <= 1e-6 * Math.max(1, Math.abs(want));
          if (!isClose)
            expect.fail(
              `${preprocessor.columns[index % preprocessor.columns.length]?.name}: ${got} is not ${want}`,
            );
        }
        if (numbers === 'scaled' && categories === 'encoded') expect(flat.every(Number.isFinite)).toBe(true);
      },
    ),
    { numRuns: 150, seed: 11 },
  );
  expect(compared).toBeGreaterThan(100);
});
