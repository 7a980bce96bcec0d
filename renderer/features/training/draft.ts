import type {
  ColumnProfile,
  ColumnType,
  DatasetProfile,
  DatasetVersion,
  FeatureRole,
  Recipe,
  RecipeInput,
} from '../../../local-api/contract/index.ts';
import { type AnswersDraft, fromAnswers, toAnswers, usualAnswers } from './answers-draft.ts';
import {
  fromPreprocessing,
  type PreprocessingDraft,
  toPreprocessing,
  usualPreprocessing,
} from './preprocessing-draft.ts';
import { fromValidation, toValidation, usualValidation, type ValidationDraft } from './validation-draft.ts';

export type Task = 'classification' | 'regression';
export type TargetDraft =
  | { kind: 'column'; column: string }
  | { kind: 'expression'; name: string; expression: string };
export type FeatureDraft = { included: boolean; role: FeatureRole | 'auto' };
export type SplitDraft = {
  kind: 'random' | 'time' | 'group';
  column: string;
  stratify: boolean;
  test: number;
  validation: number;
};

/** What the New training page edits. Every chosen trainer becomes one recipe and one job. */
export type Draft = {
  versionId: string;
  task: Task;
  target: TargetDraft;
  /** null: the rarer class, chosen by the engine. */
  positive: string | null;
  features: Record<string, FeatureDraft>;
  split: SplitDraft;
  preprocessing: PreprocessingDraft;
  /** Chosen trainers, each with the settings that differ from its defaults. */
  trainers: Record<string, Record<string, unknown>>;
  answers: AnswersDraft;
  judging: ValidationDraft;
  rows: { limit: number | null; sample: 'even' | 'newest' | 'first'; where: string };
  seed: number;
  /** Name of the experiment that the runs go to; made when there is none of this name. */
  experiment: string;
  /** Name of the target to train on; null: this machine. */
  on: string | null;
};

/** A first draft for a dataset version: a likely target, sensible features, a time split where rows have dates. */
export function suggestDraft(
  version: DatasetVersion,
  profile: DatasetProfile,
  trainers: readonly string[],
): Draft {
  const column = suggestTarget(profile);
  const target: TargetDraft = { kind: 'column', column };
  const dates = datetimeColumns(version);
  return {
    versionId: version.id,
    task: guessTask(profile.columns.find((candidate) => candidate.name === column)),
    target,
    positive: null,
    features: suggestFeatures(profile, target),
    split: {
      kind: dates.length > 0 ? 'time' : 'random',
      column: dates[0] ?? '',
      stratify: true,
      test: 0.2,
      validation: 0.1,
    },
    preprocessing: usualPreprocessing,
    trainers: Object.fromEntries(trainers.map((kind) => [kind, {}])),
    answers: usualAnswers,
    judging: usualValidation,
    rows: { limit: version.rows > 200_000 ? 200_000 : null, sample: 'even', where: '' },
    seed: 0,
    experiment: version.dataset,
    on: null,
  };
}

const targetNames =
  /^(target|label|class|y|outcome|species|survived|churn(ed)?|default(ed)?|diagnosis|quality|response)$/i;

/** A column whose name says it is the answer; empty where none does, since a wrong guess would be trusted. */
export function suggestTarget(profile: DatasetProfile): string {
  const usable = profile.columns.filter((column) => column.distinct > 1 && column.count > 0);
  return usable.find((column) => targetNames.test(column.name))?.name ?? '';
}

/** Classes or numbers: text and booleans are classes, and so are integers of few values. */
export function guessTask(column: ColumnProfile | undefined): Task {
  if (!column) return 'classification';
  if (column.type === 'string' || column.type === 'boolean') return 'classification';
  return column.type === 'integer' && column.distinct <= 10 ? 'classification' : 'regression';
}

/** Columns that rows can be ordered by in time. */
export function datetimeColumns(version: Pick<DatasetVersion, 'columns'>): string[] {
  return version.columns.filter(({ type }) => type === 'datetime' || type === 'date').map(({ name }) => name);
}

/** Roles that a column of a type can have, the usual one first. */
export const rolesByType: Record<ColumnType, readonly [FeatureRole, ...FeatureRole[]]> = {
  integer: ['number', 'category'],
  float: ['number', 'category'],
  boolean: ['boolean'],
  string: ['category'],
  datetime: ['datetime', 'number'],
  date: ['datetime', 'number'],
};

/** All columns but the target; those that can only mislead are there, but not chosen. */
export function suggestFeatures(profile: DatasetProfile, target: TargetDraft): Record<string, FeatureDraft> {
  const used = targetColumns(
    target,
    profile.columns.map((column) => column.name),
  );
  return Object.fromEntries(
    profile.columns
      .filter((column) => !used.includes(column.name))
      .map((column) => {
        const isHarmful = featureWarnings(column, target, profile.rows).some((warning) => warning.leaveOut);
        return [column.name, { included: !isHarmful, role: 'auto' }];
      }),
  );
}

/** The columns that make the target: itself, or every column that its expression names. */
export function targetColumns(target: TargetDraft, columns: readonly string[]): string[] {
  if (target.kind === 'column') return columns.filter((name) => name === target.column);
  const outsideTexts = target.expression.replace(/'(?:[^']|'')*'/g, ' ');
  const words = outsideTexts.match(/"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_]*/gu) ?? [];
  const named = new Set(
    words.map((word) =>
      (word.startsWith('"') ? word.slice(1, -1).replaceAll('""', '"') : word).toLowerCase(),
    ),
  );
  return columns.filter((name) => named.has(name.toLowerCase()));
}

export type FeatureWarning = { text: string; leaveOut: boolean };

/** What speaks against a column as a feature, from its profile and its name. */
export function featureWarnings(column: ColumnProfile, target: TargetDraft, rows: number): FeatureWarning[] {
  const warnings: FeatureWarning[] = [];
  const share = column.count === 0 ? 0 : column.distinct / column.count;
  if (column.count === 0) warnings.push({ text: 'no values', leaveOut: true });
  else if (column.distinct <= 1) warnings.push({ text: 'constant', leaveOut: true });
  else if (column.type === 'string' && share > 0.9 && column.count > 20) {
    warnings.push({ text: 'looks like an id: nearly every value is different', leaveOut: true });
  } else if (
    column.type === 'integer' &&
    share > 0.99 &&
    /(^|[_ .-])(id|key|index|no|nr|number|row)$|^id|Id$/i.test(column.name) &&
    column.count > 20
  ) {
    warnings.push({ text: 'looks like an id: nearly every value is different', leaveOut: true });
  } else if (column.type === 'string' && column.distinct > 1000) {
    warnings.push({ text: `${column.distinct.toLocaleString('en-US')} different values`, leaveOut: false });
  }
  if (column.count > 0 && rows > 0 && column.missing / rows > 0.5) {
    warnings.push({ text: `${Math.round((100 * column.missing) / rows)} % missing`, leaveOut: false });
  }
  if (isLeakSuspect(column.name, target)) {
    warnings.push({ text: 'named like the target: is it known before the answer is?', leaveOut: false });
  }
  return warnings;
}

function isLeakSuspect(name: string, target: TargetDraft): boolean {
  const answer = target.kind === 'column' ? target.column : target.name;
  const plain = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  const [a, b] = [plain(name), plain(answer)];
  return a !== b && a.length >= 4 && b.length >= 4 && (a.includes(b) || b.includes(a));
}

/** The name that the answer has in the model. */
export function targetName(target: TargetDraft): string {
  return target.kind === 'column' ? target.column : target.name;
}

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
    // The engine checks the settings against the schema that the form was made from.
    trainer: { kind: trainer, ...draft.trainers[trainer] } as RecipeInput['trainer'],
    ...toAnswers(draft.answers, draft.task),
    ...toValidation(draft.judging),
    seed: draft.seed,
  };
}

/**
 * A draft that repeats a recipe, for "train again". Columns that the version does not have are left out, and those that
 * the recipe did not name are offered but not chosen.
 */
export function draftFromRecipe(recipe: Recipe, version: DatasetVersion, profile: DatasetProfile): Draft {
  const { trainer, rows, features, split } = recipe;
  const { kind, ...settings } = trainer;
  const offered = suggestFeatures(profile, targetDraft(recipe));
  const isChosen = (name: string) =>
    !features.exclude.includes(name) && (features.include === undefined || features.include.includes(name));
  return {
    versionId: version.id,
    task: recipe.task,
    target: targetDraft(recipe),
    positive: recipe.positive ?? null,
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
    trainers: { [kind]: settings },
    answers: fromAnswers(recipe),
    judging: fromValidation(recipe),
    rows: { limit: rows.limit ?? null, sample: rows.sample, where: rows.where ?? '' },
    seed: recipe.seed,
    experiment: version.dataset,
    on: null,
  };
}

function targetDraft({ target }: Recipe): TargetDraft {
  return 'column' in target ? { kind: 'column', ...target } : { kind: 'expression', ...target };
}

/** The draft with another target: task, positive class and features follow, choices that still hold stay. */
export function changeTarget(draft: Draft, target: TargetDraft, profile: DatasetProfile): Draft {
  const offered = suggestFeatures(profile, target);
  const column =
    target.kind === 'column' ? profile.columns.find(({ name }) => name === target.column) : undefined;
  const task = target.kind === 'column' ? guessTask(column) : guessExpressionTask(target.expression);
  return {
    ...draft,
    target,
    task,
    positive: null,
    features: Object.fromEntries(
      Object.entries(offered).map(([name, feature]) => [name, draft.features[name] ?? feature]),
    ),
  };
}

/** A comparison gives true or false: two classes. Anything else is taken for a number. */
export function guessExpressionTask(expression: string): Task {
  const outsideTexts = expression.replace(/'(?:[^']|'')*'/g, ' ');
  return /[<>=]|\b(like|ilike|in|between|is|not|and|or)\b/i.test(outsideTexts) &&
    !/^\s*case\b/i.test(outsideTexts)
    ? 'classification'
    : 'regression';
}

/** Turns a number into two classes, "above the threshold or not": `delay` at 15 is `"delay" > 15` named `delay_above_15`. */
export function aboveThreshold(column: string, threshold: number): TargetDraft {
  const name = `${column}_above_${threshold}`.replace(/[^\p{L}\p{N}]+/gu, '_');
  return { kind: 'expression', name, expression: `"${column.replaceAll('"', '""')}" > ${threshold}` };
}
