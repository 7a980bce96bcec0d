import { expect, test } from 'vitest';
import { type RowParts, splitRows } from '../../../../engine/training/split.ts';
import type { TrainingTable } from '../../../../engine/training/table.ts';

function tableOf(codes: number[]): TrainingTable {
  return {
    rows: codes.length,
    matchedRows: codes.length,
    withoutTarget: 0,
    columns: [],
    target: { task: 'classification', codes: Int32Array.from(codes), classes: ['a', 'b', 'c'] },
    extras: [],
    sourceRows: Int32Array.from(codes.keys()),
  };
}
const random = { kind: 'random', stratify: true, test: 0.2, validation: 0.1 } as const;
const sizes = ({ train, validation, test: held }: RowParts) => [train.length, validation.length, held.length];
const all = ({ train, validation, test: held }: RowParts) =>
  [...train, ...validation, ...held].sort((a, b) => a - b);

test('every row is in exactly one part, and the shares are right', () => {
  const table = tableOf(Array.from({ length: 1000 }, (_, i) => i % 3));
  for (const stratify of [true, false]) {
    const parts = splitRows(table, { ...random, stratify }, 1);
    expect(sizes(parts)).toEqual([700, 100, 200]);
    expect(all(parts)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  }
});

test('stratified parts have the class shares of the whole', () => {
  const table = tableOf(Array.from({ length: 1000 }, (_, i) => (i % 10 === 0 ? 1 : 0)));
  const { test: held, validation } = splitRows(table, random, 5);
  expect(held.filter((row) => row % 10 === 0)).toHaveLength(20);
  expect(validation.filter((row) => row % 10 === 0)).toHaveLength(10);
});

test('a class of one row stays in training', () => {
  const table = tableOf(Array.from({ length: 100 }, (_, i) => (i === 42 ? 2 : i % 2)));
  for (let seed = 0; seed < 20; seed++) {
    expect(splitRows(table, { ...random, test: 0.5, validation: 0.3 }, seed).train).toContain(42);
  }
});

test('the same seed gives the same parts, another seed others', () => {
  const table = tableOf(Array.from({ length: 200 }, (_, i) => i % 3));
  expect(splitRows(table, random, 3)).toEqual(splitRows(table, random, 3));
  expect(splitRows(table, random, 3)).not.toEqual(splitRows(table, random, 4));
});

test('a time split tests on the last rows and validates on those before', () => {
  const parts = splitRows(
    tableOf(new Array(100).fill(0)),
    { kind: 'time', column: 'date', test: 0.2, validation: 0.1 },
    0,
  );
  expect([parts.train[0], parts.train.at(-1)]).toEqual([0, 69]);
  expect([parts.validation[0], parts.validation.at(-1)]).toEqual([70, 79]);
  expect([parts.test[0], parts.test.at(-1)]).toEqual([80, 99]);
});

test('shares that leave too little to train on are refused', () => {
  const table = tableOf(new Array(30).fill(0));
  const split = { kind: 'time', column: 'date', test: 0.5, validation: 0.4 } as const;
  expect(() => splitRows(table, split, 0)).toThrow(
    expect.objectContaining({ code: 'training/too-little-data' }),
  );
});

test('groups too few to share out are counted in the refusal', () => {
  const table = tableOf(new Array(30).fill(0));
  const codes = new Int32Array(30);
  const column = {
    name: 'who',
    type: 'string',
    nullable: false,
    role: 'category',
    codes,
    categories: ['a'],
  } as const;
  const split = { kind: 'group', column: 'who', test: 0.2, validation: 0.1 } as const;
  expect(() => splitRows({ ...table, columns: [column] }, split, 0)).toThrow(/30 rows in 1 group by "who"/);
});

test.each([
  ['drawn', { kind: 'random', stratify: true, test: 0.3, validation: 0.2 }],
  ['in time', { kind: 'time', column: 'date', test: 0.3, validation: 0.2 }],
] as const)('rows to put in order stay with those of their query, %s', (_, split) => {
  // Five rows a query, those of two queries among each other.
  const queries = Int32Array.from({ length: 200 }, (_, row) => 2 * Math.floor(row / 10) + (row % 2));
  const table: TrainingTable = {
    ...tableOf(new Array(200).fill(0)),
    target: { task: 'ranking', values: new Float64Array(200), queries, queryNames: null },
  };
  const parts = splitRows(table, split, 3);
  expect(all(parts)).toHaveLength(200);
  expect(sizes(parts)).toEqual([100, 40, 60]);
  const among = Object.values(parts).map(
    (rows: Int32Array) => new Set(rows.map((row) => queries[row] ?? -1)),
  );
  expect(among.reduce((sum, own) => sum + own.size, 0)).toBe(40);
  if (split.kind === 'time') expect(Math.min(...parts.test)).toBeGreaterThan(Math.max(...parts.train));
});
