import { expect, test } from 'vitest';
import type { Column } from '../../../../../local-api/contract/index.ts';
import { comparableColumns } from '../../../../../renderer/features/drift/new-drift.ts';

const column = (name: string, type: Column['type']): Column => ({ name, type, nullable: true });

test('columns that both sides have as the same kind are compared; the others are named', () => {
  const reference = {
    columns: [column('delay', 'integer'), column('origin', 'string'), column('old', 'float')],
  };
  const current = { columns: [column('origin', 'integer'), column('delay', 'float'), column('new', 'date')] };
  const found = comparableColumns(reference, current);
  expect(found.common.map((one) => one.name)).toEqual(['delay']);
  expect(found.others).toEqual(['origin', 'old', 'new']);
});

test('nothing is comparable before both sides are chosen', () => {
  expect(comparableColumns({ columns: [column('a', 'float')] }, null)).toEqual({ common: [], others: [] });
});
