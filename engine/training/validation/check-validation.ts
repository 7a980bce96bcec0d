import type { Column, FoldScheme, Recipe } from '../../../local-api/contract/index.ts';
import type { RecipeFaults } from '../recipe-faults.ts';

/** The ways of sharing rows out into folds that a recipe names, with where. */
function schemesOf({ validation }: Recipe): { scheme: FoldScheme; at: string }[] {
  if (validation.kind === 'holdout') return [];
  if (validation.kind !== 'nested') return [{ scheme: validation, at: '/validation' }];
  return [
    { scheme: validation.outer, at: '/validation/outer' },
    { scheme: validation.inner, at: '/validation/inner' },
  ];
}

/** Columns by whose values rows are kept together, with where the recipe names them. */
export function groupColumns(recipe: Recipe): { name: string; at: string }[] {
  const { split } = recipe;
  return [
    ...(split.kind === 'group' ? [{ name: split.column, at: '/split/column' }] : []),
    ...schemesOf(recipe).flatMap(({ scheme, at }) =>
      scheme.kind === 'group' ? [{ name: scheme.column, at: `${at}/column` }] : [],
    ),
  ];
}

/** What of a split and a validation does not fit together, or the data. */
export function checkValidation(recipe: Recipe, columns: readonly Column[], faults: RecipeFaults): void {
  const { split, validation, tuning } = recipe;
  if (split.test + split.validation > 0.95) {
    faults.add('/split', 'test and validation together leave less than 5 % of the rows to train on');
  }
  if (split.kind === 'time') {
    const column = columns.find(({ name }) => name === split.column);
    if (!column) faults.unknownColumn('/split/column', split.column);
    else if (column.type !== 'datetime' && column.type !== 'date') {
      faults.add(
        '/split/column',
        `"${split.column}" holds ${column.type} values`,
        'a datetime or date column',
      );
    }
  }
  for (const { scheme, at } of schemesOf(recipe)) {
    if (scheme.kind === 'timeSeries' && split.kind !== 'time') {
      faults.add(at, 'folds in time need a split by time, which says what the time is', 'split.kind: time');
    }
  }
  if (validation.kind === 'nested' && tuning === undefined) {
    faults.add(
      '/validation',
      'nested validation is for a search; without one, name the outer folds alone',
      'tuning',
    );
  }
}

/** What a person may not have meant. */
export function doubtfulValidation(recipe: Recipe, features: readonly { name: string }[]): string[] {
  const { split } = recipe;
  const schemes = schemesOf(recipe).map(({ scheme }) => scheme);
  const warnings: string[] = [];
  if (split.kind === 'time' && schemes.some(({ kind }) => kind !== 'timeSeries')) {
    warnings.push(
      'The split is by time but the folds are not: models are scored on rows older than those they learnt from.',
    );
  }
  if (split.kind !== 'group' && schemes.some(({ kind }) => kind === 'group')) {
    warnings.push(
      'The folds keep groups together but the split does not: the test part has groups that training saw.',
    );
  }
  for (const { name } of groupColumns(recipe)) {
    if (features.some((feature) => feature.name === name)) {
      warnings.push(
        `"${name}" tells the groups apart and is also a feature: new groups have values that the model never saw.`,
      );
    }
  }
  return [...new Set(warnings)];
}
