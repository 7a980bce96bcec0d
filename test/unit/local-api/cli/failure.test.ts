import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { failureLines } from '../../../../local-api/cli/failure.ts';

const plain = (failure: Parameters<typeof failureLines>[0]) =>
  failureLines(failure).map(stripVTControlCharacters);

const hint = 'Correct each entry listed under "problems".';
const empty = { path: '/recipe/dataset', message: 'the data has 1 row' };
const constant = { path: '/recipe/target', message: 'it never varies', expected: 'two values' };

test('every problem is told once, with what was expected, also where the message is the first of them', () => {
  const message = '/recipe/dataset: the data has 1 row (and 1 more)';
  expect(plain({ message, problems: [empty, constant], hint })).toEqual([
    '✗ 2 entries are wrong.',
    '  /recipe/dataset the data has 1 row',
    '  /recipe/target it never varies; expected: two values',
    '  Correct each entry.',
  ]);
  expect(plain({ message: 'it never varies', problems: [constant], hint: '' })).toEqual([
    '✗ 1 entry is wrong.',
    '  /recipe/target it never varies; expected: two values',
  ]);
});

test('a message of its own comes first', () => {
  expect(plain({ message: 'a.yaml is not a valid recipe.', problems: [empty], hint: '' })).toEqual([
    '✗ a.yaml is not a valid recipe.',
    '  /recipe/dataset the data has 1 row',
  ]);
  expect(plain({ message: 'It broke.', problems: [], hint: 'Try again.' })).toEqual([
    '✗ It broke.',
    '  Try again.',
  ]);
});
