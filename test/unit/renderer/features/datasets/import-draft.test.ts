import { describe, expect, test } from 'vitest';
import { DatasetName, type DatasetPreview } from '../../../../../local-api/contract/index.ts';
import {
  changeReading,
  correctColumn,
  previewColumns,
  suggestName,
} from '../../../../../renderer/features/datasets/import-draft.ts';

describe('suggestName', () => {
  test.each([
    ['Flights 2001.csv.gz', 'Flights 2001'],
    ['C:\\data\\late flights.parquet', 'late flights'],
    ['/home/me/.hidden.json', 'hidden'],
    ['größe(1).tsv', 'größe-1-'],
    ['***.csv', 'data'],
    ['', 'data'],
  ])('of %s is %s', (file, name) => {
    expect(suggestName(file)).toBe(name);
  });

  test.each(['a?b*c.csv', '   .csv', '2024-01 (copy).json', `${'x'.repeat(300)}.csv`])(
    'is a name that the engine accepts: %s',
    (file) => {
      expect(DatasetName.safeParse(suggestName(file)).success).toBe(true);
    },
  );
});

describe('correctColumn', () => {
  test('adds up the corrections of a column and keeps those of others', () => {
    const typed = correctColumn({ columns: [{ name: 'b', skip: true }] }, 'a', { type: 'string' });
    const renamed = correctColumn(typed, 'a', { rename: 'label' });
    expect(renamed.columns).toEqual([
      { name: 'b', skip: true },
      { name: 'a', type: 'string', rename: 'label' },
    ]);
  });

  test('forgets a correction that was taken back', () => {
    const skipped = correctColumn({}, 'a', { skip: true });
    expect(correctColumn(skipped, 'a', { skip: false }).columns).toEqual([]);
    expect(correctColumn({}, 'a', { rename: 'a' }).columns).toEqual([]);
  });
});

describe('changeReading', () => {
  const options = { delimiter: ',', columns: [{ name: 'a', skip: true }] };
  test('drops the corrections of columns when the file is cut into others', () => {
    expect(changeReading(options, { delimiter: ';' })).toEqual({ delimiter: ';' });
  });
  test('keeps them when only the rows change', () => {
    expect(changeReading(options, { limit: 10 })).toEqual({ ...options, limit: 10 });
  });
});

test('previewColumns finds the cells of the columns that are left, in the order of the file', () => {
  const preview: DatasetPreview = {
    format: 'csv',
    tables: [],
    columns: [
      { name: 'first', type: 'integer', nullable: false },
      { name: 'third', type: 'string', nullable: true },
    ],
    rows: [[1, 'x']],
    sizeBytes: 10,
    warnings: [],
    badRows: [],
    options: { columns: [{ name: 'a', rename: 'first' }, { name: 'b', skip: true }, { name: 'third' }] },
  };
  expect(
    previewColumns(preview, preview.options).map(({ source, name, index }) => [source, name, index]),
  ).toEqual([
    ['a', 'first', 0],
    ['b', 'b', null],
    ['third', 'third', 1],
  ]);
});

test('a correction is shown at once, before the preview follows', () => {
  const preview: DatasetPreview = {
    format: 'csv',
    tables: [],
    columns: [
      { name: 'a', type: 'integer', nullable: false },
      { name: 'b', type: 'string', nullable: false },
    ],
    rows: [[1, 'x']],
    sizeBytes: 10,
    warnings: [],
    badRows: [],
    options: { columns: [{ name: 'a' }, { name: 'b' }] },
  };
  const corrected = previewColumns(preview, {
    columns: [
      { name: 'a', skip: true },
      { name: 'b', type: 'date', rename: 'day' },
    ],
  });
  expect(corrected.map(({ name, type, isSkipped, index }) => [name, type, isSkipped, index])).toEqual([
    ['a', 'integer', true, 0],
    ['day', 'date', false, 1],
  ]);
});
