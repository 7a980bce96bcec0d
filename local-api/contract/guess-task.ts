import type { ColumnProfile } from './dataset-profiles.ts';

type Guess = 'classification' | 'regression';

/** Integers of at most so many values are taken for classes. */
const MOST_CLASSES = 10;

/** Classes or numbers, by the target column: text and booleans are classes, and so are integers of few values. */
export function guessTask(column: Pick<ColumnProfile, 'type' | 'distinct'> | undefined): Guess {
  if (!column) return 'classification';
  if (column.type === 'string' || column.type === 'boolean') return 'classification';
  return column.type === 'integer' && column.distinct <= MOST_CLASSES ? 'classification' : 'regression';
}

/** A comparison gives true or false: two classes. Anything else is taken for a number. */
export function guessExpressionTask(expression: string): Guess {
  const outsideTexts = expression.replace(/'(?:[^']|'')*'/g, ' ');
  return /[<>=]|\b(like|ilike|in|between|is|not|and|or)\b/i.test(outsideTexts) &&
    !/^\s*case\b/i.test(outsideTexts)
    ? 'classification'
    : 'regression';
}
