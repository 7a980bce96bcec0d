import type { z } from 'zod';
import {
  type FoldScheme,
  Recipe,
  type RecipeInput,
  type SearchSpace,
  Trainer,
} from '../../../local-api/contract/index.ts';

export type ValidationInput = NonNullable<RecipeInput['validation']>;
export type TuningInput = NonNullable<RecipeInput['tuning']>;
export type SchemeInput = z.input<typeof FoldScheme>;
export type TuningDraft = Omit<TuningInput, 'space'>;
type MethodKind = NonNullable<TuningInput['method']>['kind'];

export type ValidationDraft = {
  validation: ValidationInput;
  /** null: the settings as they stand. */
  tuning: TuningDraft | null;
  /** What a search of a trainer looks through, where that is not its usual space. */
  spaces: Record<string, SearchSpace>;
};

export const schemeLabels: Record<SchemeInput['kind'], string> = {
  kfold: 'Folds at random',
  group: 'Folds by group',
  timeSeries: 'Folds in time',
};

export const validationLabels: Record<ValidationInput['kind'], string> = {
  holdout: 'Hold-out',
  ...schemeLabels,
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

export const usualValidation: ValidationDraft = { validation: { kind: 'holdout' }, tuning: null, spaces: {} };

/** The draft of a recipe; a space that is the trainer's usual one is none of its own. */
export function fromValidation(
  { trainer, validation, tuning }: Pick<Recipe, 'trainer' | 'validation' | 'tuning'>,
  usualSpace: SearchSpace | null,
): ValidationDraft {
  if (tuning === undefined) return { ...usualValidation, validation: shortValidation(validation) };
  const { space, ...rest } = shortTuning(tuning);
  const isOwn = Object.keys(tuning.space).length > 0 && !isSame(tuning.space, usualSpace);
  return {
    validation: shortValidation(validation),
    tuning: rest,
    spaces: isOwn ? { [trainer.kind]: tuning.space } : {},
  };
}

/** Whether there is anything to search for: the baseline has no settings. */
export function hasSettings(trainer: string): boolean {
  const known = Trainer.options.find(({ shape }) => shape.kind.value === trainer);
  return known === undefined || Object.keys(known.shape).length > 1;
}

/** The parts of the recipe of a trainer; one without settings takes no part in a search. */
export function toValidation(
  { validation, tuning, spaces }: ValidationDraft,
  trainer: string,
): Pick<RecipeInput, 'validation' | 'tuning'> {
  const space = spaces[trainer];
  if (tuning === null || (space === undefined && !hasSettings(trainer))) {
    // Folds within folds are for a search.
    const plain = tuning !== null && validation.kind === 'nested' ? validation.outer : validation;
    return plain.kind === 'holdout' ? {} : { validation: plain };
  }
  return {
    ...(validation.kind === 'holdout' ? {} : { validation }),
    tuning: { ...tuning, ...(space === undefined ? {} : { space }) },
  };
}

const shortValidation = (validation: Recipe['validation']): ValidationInput =>
  shortest(validation, (shorter) => Recipe.shape.validation.safeParse(shorter).data, validation);

function shortTuning(tuning: NonNullable<Recipe['tuning']>): TuningInput {
  return shortest<TuningInput>(tuning, (shorter) => Recipe.shape.tuning.safeParse(shorter).data, tuning);
}

/** Leaves out every field, also of the objects within, whose absence `complete` makes up for. */
function shortest<Value extends object>(
  value: Value,
  complete: (shorter: unknown) => unknown,
  whole: unknown,
): Value {
  const short: Record<string, unknown> = Object.fromEntries(Object.entries(value));
  for (const [name, field] of Object.entries(value)) {
    const { [name]: _, ...without } = short;
    if (isSame(complete(without), whole)) delete short[name];
    else if (typeof field === 'object' && field !== null && !Array.isArray(field) && name !== 'space') {
      short[name] = shortest(field, (inner) => complete({ ...short, [name]: inner }), whole);
    }
  }
  return short as Value;
}

/** Whether two plain values say the same, in whatever order their fields stand. */
function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, field]) => [name, sorted(field)]),
  );
}
