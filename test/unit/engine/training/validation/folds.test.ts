import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { TableColumn, TrainingTable } from '../../../../../engine/training/table.ts';
import { type Fold, foldsOf } from '../../../../../engine/training/validation/folds.ts';
import type { FoldScheme } from '../../../../../local-api/contract/index.ts';

/** Made by test/fixtures/training/make-folds.py. */
const golden = JSON.parse(
  readFileSync(new URL('../../../../fixtures/training/folds.json', import.meta.url), 'utf8'),
);
const groupNumbers: number[] = golden.groups;

const site: TableColumn = {
  name: 'site',
  type: 'integer',
  nullable: false,
  role: 'number',
  values: Float64Array.from(groupNumbers),
};

function tableOf(codes: number[], extras: TableColumn[] = []): TrainingTable {
  return {
    rows: codes.length,
    matchedRows: codes.length,
    withoutTarget: 0,
    columns: [],
    extras,
    target: { task: 'classification', codes: Int32Array.from(codes), classes: ['a', 'b', 'c'] },
    sourceRows: Int32Array.from(codes.keys()),
  };
}
const table = tableOf(golden.classes, [site]);
const all = Int32Array.from({ length: 53 }, (_, row) => row);
const kfold = { kind: 'kfold', folds: 5, repeats: 1, stratify: true, shuffle: true } as const;
const group = { kind: 'group', column: 'site', folds: 4 } as const;
const series = { kind: 'timeSeries', folds: 4, window: 'expanding', gap: 0 } as const;
const heldIn = (folds: Fold[]) => folds.map(({ held }) => [...held]);
const both = (folds: Fold[]) => folds.map(({ train, held }) => [[...train], [...held]]);

test('unshuffled folds are those of scikit-learn', () => {
  const plain = { ...kfold, shuffle: false };
  expect(heldIn(foldsOf(table, all, { ...plain, stratify: false }, 0))).toEqual(golden.kfold);
  expect(heldIn(foldsOf(table, all, plain, 0))).toEqual(golden.stratified);
});

test('folds in time are those of scikit-learn, with a gap, a size and a sliding window too', () => {
  expect(both(foldsOf(table, all, series, 0))).toEqual(golden.timeSeries);
  expect(both(foldsOf(table, all, { ...series, folds: 3, gap: 2, testSize: 6 }, 0))).toEqual(
    golden.timeSeriesGap,
  );
  expect(both(foldsOf(table, all, { ...series, window: 'sliding' }, 0))).toEqual(golden.timeSeriesSliding);
});

test('folds of groups have the sizes of scikit-learn, and no group is on both sides', () => {
  const folds = foldsOf(table, all, group, 3);
  expect(folds.map(({ held }) => held.length).sort((a, b) => a - b)).toEqual(golden.groupSizes);
  for (const { train, held } of folds) {
    const trained = new Set(Array.from(train, (row) => groupNumbers[row]));
    expect(Array.from(held).filter((row) => trained.has(groupNumbers[row]))).toEqual([]);
  }
});

const schemes: FoldScheme[] = [kfold, { ...kfold, stratify: false }, { ...kfold, repeats: 3 }, group, series];
test.each(schemes)('no row is learnt from and held out in one fold: %j', (scheme) => {
  for (const { train, held } of foldsOf(table, all, scheme, 1)) {
    const trained = new Set(train);
    expect(Array.from(held).some((row) => trained.has(row))).toBe(false);
  }
});

test('each row is held out once a repeat, and repeats differ', () => {
  const folds = foldsOf(table, all, { ...kfold, repeats: 3 }, 7);
  expect(folds).toHaveLength(15);
  for (let repeat = 0; repeat < 3; repeat++) {
    const held = folds.filter((fold) => fold.repeat === repeat).flatMap((fold) => [...fold.held]);
    expect(held.sort((a, b) => a - b)).toEqual([...all]);
  }
  expect(folds[0]?.held).not.toEqual(folds[5]?.held);
});

test('stratified folds have equally many of each class, to one row', () => {
  for (const code of [0, 1, 2]) {
    const counts = foldsOf(table, all, kfold, 11).map(
      ({ held }) => Array.from(held).filter((row) => golden.classes[row] === code).length,
    );
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  }
});

test('only the rows that are given are shared out', () => {
  const some = all.filter((row) => row % 5 > 0);
  for (const scheme of schemes) {
    const folds = foldsOf(table, some, scheme, 2);
    expect(folds.every(({ train, held }) => [...train, ...held].every((row) => row % 5 > 0))).toBe(true);
  }
});

test('the same seed gives the same folds, another seed others', () => {
  expect(foldsOf(table, all, kfold, 3)).toEqual(foldsOf(table, all, kfold, 3));
  expect(foldsOf(table, all, kfold, 3)).not.toEqual(foldsOf(table, all, kfold, 4));
});

test('fewer rows or groups than folds need is an error that says so', () => {
  const few = all.slice(0, 12);
  const refused = expect.objectContaining({ code: 'training/too-little-data' });
  expect(() => foldsOf(table, few, { ...kfold, folds: 20 }, 0)).toThrow(refused);
  expect(() => foldsOf(table, all, { ...group, folds: 10 }, 0)).toThrow(/9 groups/);
  expect(() => foldsOf(table, few, { ...series, gap: 10 }, 0)).toThrow(refused);
});

test('folds of rows to put in order hold out whole queries, each once a repeat', () => {
  const queries = Int32Array.from(all, (row) => row % 11);
  const ordered: TrainingTable = {
    ...table,
    target: { task: 'ranking', values: new Float64Array(53), queries, queryNames: null },
  };
  const folds = foldsOf(ordered, all, { ...kfold, repeats: 2 }, 1);
  expect(folds).toHaveLength(10);
  for (const { train, held } of folds) {
    const learnt = new Set(train.map((row) => queries[row] ?? -1));
    expect(held.some((row) => learnt.has(queries[row] ?? -1))).toBe(false);
  }
  const heldOnce = folds.filter(({ repeat }) => repeat === 1).flatMap(({ held }) => [...held]);
  expect(heldOnce.sort((a, b) => a - b)).toEqual([...all]);
});
