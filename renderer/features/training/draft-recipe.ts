import type {
  DatasetProfile,
  DatasetVersion,
  Recipe,
  RecipeInput,
  TrainerInfo,
} from '../../../local-api/contract/index.ts';
import { fromAnswers, toAnswers } from './answers-draft.ts';
import { autoKind, shortAuto } from './auto/auto-settings.ts';
import { type Draft, suggestFeatures, usualLimits } from './draft.ts';
import { fromPreprocessing, toPreprocessing } from './preprocessing-draft.ts';
import { withoutDefaults } from './setting-fields.ts';
import type { TargetDraft } from './target-draft.ts';
import { fromValidation, toValidation } from './validation-draft.ts';

/**
 * The recipe of one chosen trainer. Features are named one by one, so that a column can't slip in; what equals a default
 * of the contract is left out, so that the recipe reads short.
 */
export function toRecipe(draft: Draft, trainer: string): RecipeInput {
  const features = Object.entries(draft.features);
  const included = features.filter(([, feature]) => feature.included).map(([name]) => name);
  const roles = Object.fromEntries(
    features.flatMap(([name, feature]) =>
      feature.included && feature.role !== 'auto' ? [[name, feature.role]] : [],
    ),
  );
  const { split, rows } = draft;
  const preprocessing = toPreprocessing(draft.preprocessing, included);
  const limits = withoutDefaults(draft.limits, usualLimits);
  const shares = { test: split.test, validation: split.validation };
  return {
    version: 1,
    task: draft.task,
    dataset: draft.versionId,
    ...(rows.limit === null && rows.where.trim() === ''
      ? {}
      : {
          rows: {
            ...(rows.limit === null ? {} : { limit: rows.limit, sample: rows.sample }),
            ...(rows.where.trim() === '' ? {} : { where: rows.where.trim() }),
          },
        }),
    target:
      draft.target.kind === 'column'
        ? { column: draft.target.column }
        : { name: draft.target.name.trim(), expression: draft.target.expression.trim() },
    ...(draft.task === 'classification' && draft.positive !== null ? { positive: draft.positive } : {}),
    ...(draft.task === 'ranking' ? { group: draft.group } : {}),
    features: {
      include: included,
      ...(Object.keys(roles).length > 0 ? { roles } : {}),
    },
    split:
      split.kind === 'time'
        ? { kind: 'time', column: split.column, ...shares }
        : split.kind === 'group'
          ? { kind: 'group', column: split.column, ...shares }
          : { kind: 'random', stratify: split.stratify && draft.task === 'classification', ...shares },
    ...(preprocessing === undefined ? {} : { preprocessing }),
    ...fitting(draft, trainer),
    ...toAnswers(draft.answers, draft.task),
    seed: draft.seed,
    ...(Object.keys(limits).length === 0 ? {} : { limits }),
  };
}

/** The trainer and its search, or that Assay chooses. The engine checks the settings against the schema that the form was made from. */
function fitting(
  { trainers, judging }: Draft,
  trainer: string,
): Pick<RecipeInput, 'trainer' | 'auto' | 'validation' | 'tuning'> {
  const settings = trainers[trainer];
  if (trainer !== autoKind) {
    return {
      trainer: { kind: trainer, ...settings } as RecipeInput['trainer'],
      ...toValidation(judging, trainer),
    };
  }
  return { auto: { ...settings }, ...toValidation({ ...judging, tuning: null }, trainer) };
}

/** What a recipe is read with. */
export type RecipeData = {
  version: DatasetVersion;
  profile: DatasetProfile;
  trainers: readonly TrainerInfo[];
};

/**
 * A draft that repeats a recipe, for "train again". Columns that the version does not have are left out, and those that
 * the recipe did not name are offered but not chosen.
 */
export function draftFromRecipe(recipe: Recipe, { version, profile, trainers }: RecipeData): Draft {
  const { trainer, rows, features, split } = recipe;
  const { kind, ...settings } = trainer;
  const info = trainers.find((one) => one.kind === kind);
  const offered = suggestFeatures(profile, targetDraft(recipe));
  const isChosen = (name: string) =>
    !features.exclude.includes(name) && (features.include?.includes(name) ?? name !== recipe.group);
  return {
    versionId: version.id,
    task: recipe.task,
    target: targetDraft(recipe),
    positive: recipe.positive ?? null,
    group: recipe.group ?? '',
    features: Object.fromEntries(
      Object.keys(offered).map((name) => [
        name,
        { included: isChosen(name), role: features.roles[name] ?? 'auto' },
      ]),
    ),
    split: {
      kind: split.kind,
      column: split.kind === 'random' ? '' : split.column,
      stratify: split.kind === 'random' ? split.stratify : true,
      test: split.test,
      validation: split.validation,
    },
    preprocessing: fromPreprocessing(recipe.preprocessing),
    trainers: recipe.auto
      ? { [autoKind]: shortAuto(recipe.auto) }
      : { [kind]: withoutDefaults(settings, info?.defaults ?? {}) },
    answers: fromAnswers(recipe),
    judging: fromValidation(recipe, info?.usualSpace ?? null),
    rows: { limit: rows.limit ?? null, sample: rows.sample, where: rows.where ?? '' },
    seed: recipe.seed,
    limits: recipe.limits,
    experiment: version.dataset,
    on: null,
  };
}

function targetDraft({ target }: Recipe): TargetDraft {
  return 'column' in target ? { kind: 'column', ...target } : { kind: 'expression', ...target };
}
