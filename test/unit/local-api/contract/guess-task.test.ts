import { expect, it } from 'vitest';
import { guessExpressionTask, guessTask } from '../../../../local-api/contract/index.ts';

it('takes text, booleans and few whole numbers for classes, and others for numbers', () => {
  expect(guessTask({ type: 'string', distinct: 400 })).toBe('classification');
  expect(guessTask({ type: 'integer', distinct: 5 })).toBe('classification');
  expect(guessTask({ type: 'integer', distinct: 400 })).toBe('regression');
  expect(guessTask({ type: 'float', distinct: 2 })).toBe('regression');
});

it('takes a comparison for two classes', () => {
  expect(guessExpressionTask('delay > 15')).toBe('classification');
  expect(guessExpressionTask('delay / 60')).toBe('regression');
});
