import { expect, test } from 'vitest';
import { numberOption } from '../../../../local-api/cli/number-option.ts';

test.each(['abc', '', ' ', '1,5', 'Infinity'])('"%s" is no number', (text) => {
  expect(() => numberOption(text)).toThrow('It takes a number.');
});

test('numbers are read as they are written', () => {
  expect(['7', '-0.5', '1e3'].map(numberOption)).toEqual([7, -0.5, 1000]);
});
