import fc from 'fast-check';
import type { TrainingTable } from '../../../../../engine/training/table.ts';
import {
  type ColumnType,
  DatetimePart,
  HolidayCountry,
  type Interaction,
  NumberScale,
} from '../../../../../local-api/contract/index.ts';
import { tableOf } from './tables.ts';

const arbitraryCell = {
  integer: fc.integer({ min: -1e9, max: 1e9 }),
  few: fc.integer({ min: -2, max: 3 }),
  float: fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 }),
  // Among them the numbers nearest to zero, and the largest there are.
  extreme: fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.double({ noNaN: true, min: 0, max: 1 }),
    fc.constantFrom(1e300, -1e300, 5e-324, -0),
  ),
  boolean: fc.constantFrom(0, 1),
  datetime: fc.integer({ min: Date.UTC(1960, 0, 1), max: Date.UTC(2080, 0, 1) }),
  farDate: fc.integer({ min: Date.UTC(1, 0, 1), max: Date.UTC(9999, 0, 1) }),
  string: fc.oneof(fc.constantFrom('a', 'b', 'ä=/"', '漢 字'), fc.string({ minLength: 1, unit: 'grapheme' })),
  code: fc.integer({ min: -3, max: 3 }),
};

const cellKinds = Object.keys(arbitraryCell) as (keyof typeof arbitraryCell)[];
const typeOf: Partial<Record<keyof typeof arbitraryCell, ColumnType>> = {
  ...{ integer: 'integer', few: 'integer', code: 'integer', boolean: 'boolean', string: 'string' },
  ...{ datetime: 'datetime', farDate: 'datetime' },
};

/** Names that are hard in JavaScript, in SQL, in ONNX, or beside those that a graph has of its own. */
const oddNames = [
  ...['label', 'Label', 'label ', 'value', 'features', 'v1', 'score', 'constructor', '__proto__', 'toString'],
  ...["o'clock", 'say "no"', 'a.b', 'a/b~0', '\\', '\n', ' ', '.', 'é', 'e\u0301', 'x'.repeat(2000)],
];

/** Random tables: types, gaps, odd names, categories that only the other rows have. */
export const arbitraryTable = fc
  .record({
    rows: fc.integer({ min: 2, max: 40 }),
    columns: fc.uniqueArray(
      fc.record({
        name: fc.oneof(fc.constantFrom(...oddNames), fc.string({ minLength: 1, unit: 'grapheme' })),
        kind: fc.constantFrom(...cellKinds),
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
      const type = typeOf[kind] ?? 'float';
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

export const arbitrarySettings = fc.record({
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
export function interactionsOf(table: TrainingTable): Interaction[] {
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
