import type { Recipe, RecipeInput } from '../../../local-api/contract/index.ts';

export type ValidationDraft = {
  validation: NonNullable<RecipeInput['validation']>;
  /** null: the settings as they stand. What the form does not show is kept as it is. */
  tuning: NonNullable<RecipeInput['tuning']> | null;
};
export type MethodKind = NonNullable<NonNullable<RecipeInput['tuning']>['method']>['kind'];

export const validationLabels: Record<ValidationDraft['validation']['kind'], string> = {
  holdout: 'Hold-out',
  kfold: 'Folds at random',
  group: 'Folds by group',
  timeSeries: 'Folds in time',
  nested: 'Nested folds',
};

export const methodLabels: Record<MethodKind, string> = {
  tpe: 'TPE: learns from its trials',
  random: 'Spread evenly',
  grid: 'Grid',
  cmaes: 'CMA-ES: numbers only',
  halving: 'Successive halving',
  hyperband: 'Hyperband',
};

export const usualValidation: ValidationDraft = { validation: { kind: 'holdout' }, tuning: null };

export function fromValidation({
  validation,
  tuning,
}: Pick<Recipe, 'validation' | 'tuning'>): ValidationDraft {
  return { validation, tuning: tuning ?? null };
}

export function toValidation({
  validation,
  tuning,
}: ValidationDraft): Pick<RecipeInput, 'validation' | 'tuning'> {
  return {
    ...(validation.kind === 'holdout' ? {} : { validation }),
    ...(tuning === null ? {} : { tuning }),
  };
}
