import { describe, expect, it } from 'vitest';
import type { Signature } from '../../../../../local-api/contract/index.ts';
import {
  classShares,
  exampleTexts,
  inputOfProblem,
  readField,
  readRow,
} from '../../../../../renderer/features/models/try-it.ts';

const input = (
  name: string,
  type: Signature['inputs'][number]['type'],
  nullable = false,
  examples: (string | number)[] = [],
) => ({
  name,
  type,
  nullable,
  examples,
});
const signature: Signature = {
  task: 'classification',
  inputs: [
    input('distance', 'integer', false, [600, 700]),
    input('origin', 'string', true, ["O'Hare"]),
    input('a/b', 'float'),
  ],
  target: 'late',
  classes: ['false', 'true'],
  positive: 'true',
};

describe('the try-it form', () => {
  it('is filled with examples, so that it predicts at once', () => {
    expect(exampleTexts(signature)).toEqual({ distance: '600', origin: "O'Hare", 'a/b': '0' });
    expect(exampleTexts(signature, 1)).toMatchObject({ distance: '700', origin: "O'Hare" });
  });

  it('reads each field by its type and names every fault', () => {
    const { row, faults } = readRow(signature, { distance: '6.5', origin: '', 'a/b': 'x' });
    expect(row).toEqual({ origin: null });
    expect(Object.keys(faults)).toEqual(['distance', 'a/b']);
  });

  it('asks for a value where training had no missing ones', () => {
    expect(readField(input('x', 'float'), ' ')).toHaveProperty('fault');
    expect(readField(input('x', 'float', true), ' ')).toEqual({ value: null });
  });

  it('keeps every digit of integers beyond 2^53', () => {
    expect(readField(input('x', 'integer'), '9007199254740993')).toEqual({ value: '9007199254740993' });
  });

  it('finds the field that a problem of the server is about, by its JSON pointer', () => {
    expect(inputOfProblem(signature, '/rows/0/a~1b')).toBe('a/b');
    expect(inputOfProblem(signature, '/rows/0')).toBeNull();
  });

  it('orders the classes by probability', () => {
    const answer = {
      model: 'm',
      version: '1.0.0',
      rows: 1,
      classes: ['false', 'true'],
      probabilities: [[0.2, 0.8]],
      milliseconds: 1,
    };
    expect(classShares(answer)).toEqual([
      { label: 'true', share: 0.8 },
      { label: 'false', share: 0.2 },
    ]);
  });
});
