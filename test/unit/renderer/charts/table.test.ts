import { expect, test } from 'vitest';
import { fileName, toCsv } from '../../../../renderer/charts/table.ts';

test('fields with commas, quotes and line breaks survive a CSV reader', () => {
  const csv = toCsv({
    columns: ['a,b', 'c'],
    rows: [
      ['say "hi"', 1.5],
      ['two\nlines', null],
    ],
  });
  expect(csv).toBe('"a,b",c\r\n"say ""hi""",1.5\r\n"two\nlines",\r\n');
});

test('a file name is made of the words of a title', () => {
  expect(fileName('ROC curve: run 1/2', 'png')).toBe('roc-curve-run-1-2.png');
  expect(fileName('???', 'csv')).toBe('chart.csv');
});
