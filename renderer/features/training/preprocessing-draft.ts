import type { Preprocessing, RecipeInput } from '../../../local-api/contract/index.ts';
import { type PreprocessingGroup, preprocessingFields } from './preprocessing-fields.ts';
import { changeSetting } from './setting-fields.ts';

export type InteractionDraft = {
  kind: Preprocessing['interactions'][number]['kind'];
  /** '': not chosen yet. */
  columns: [string, string];
};

/** What differs from the usual preprocessing. */
export type PreprocessingDraft = {
  groups: Record<PreprocessingGroup, Record<string, unknown>>;
  interactions: InteractionDraft[];
  columns: Record<string, Record<string, unknown>>;
};

export const usualPreprocessing: PreprocessingDraft = {
  groups: { numeric: {}, categorical: {}, datetime: {}, selection: {} },
  interactions: [],
  columns: {},
};

/** How many settings and interactions there are beyond the usual. */
export function countChanges({ groups, interactions, columns }: PreprocessingDraft): number {
  const settings = [...Object.values(groups), ...Object.values(columns)];
  return settings.reduce((sum, one) => sum + Object.keys(one).length, interactions.length);
}

/**
 * The part of the recipe; undefined where all is usual. Settings of columns that are no feature any more are left out; an
 * interaction with one is kept, so that the engine says what is wrong with it.
 */
export function toPreprocessing(
  { groups, interactions, columns }: PreprocessingDraft,
  features: readonly string[],
): RecipeInput['preprocessing'] {
  const changed = Object.entries(groups).filter(([, settings]) => Object.keys(settings).length > 0);
  const own = Object.entries(columns).filter(
    ([name, settings]) => features.includes(name) && Object.keys(settings).length > 0,
  );
  if (changed.length + own.length + interactions.length === 0) return undefined;
  // The contract checks the settings against the schema that the form was made from.
  return {
    ...Object.fromEntries(changed),
    ...(interactions.length === 0 ? {} : { interactions }),
    ...(own.length === 0 ? {} : { columns: Object.fromEntries(own) }),
  };
}

/** What a recipe's preprocessing has beyond the usual. */
export function fromPreprocessing(preprocessing: Preprocessing): PreprocessingDraft {
  const group = (name: PreprocessingGroup) => {
    const values: Record<string, unknown> = preprocessing[name];
    return preprocessingFields[name].reduce<Record<string, unknown>>(
      (settings, field) => changeSetting(settings, field, values[field.key]),
      {},
    );
  };
  return {
    groups: {
      numeric: group('numeric'),
      categorical: group('categorical'),
      datetime: group('datetime'),
      selection: group('selection'),
    },
    interactions: preprocessing.interactions,
    columns: preprocessing.columns,
  };
}
