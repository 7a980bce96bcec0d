import {
  type ColumnType,
  type DatasetProfile,
  type DatasetVersion,
  type FeatureRole,
  guessExpressionTask,
  guessTask,
  Recipe,
} from '../../../local-api/contract/index.ts';
import { type AnswersDraft, usualAnswers } from './answers-draft.ts';
import { featureWarnings } from './feature-warnings.ts';
import { type PreprocessingDraft, usualPreprocessing } from './preprocessing-draft.ts';
import { type TargetDraft, targetColumns } from './target-draft.ts';
import { usualValidation, type ValidationDraft } from './validation-draft.ts';

export type Task = Recipe['task'];
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
  /** With the task ranking, the column that is equal for rows to put in order together; empty: not chosen. */
  group: string;
  features: Record<string, FeatureDraft>;
  split: SplitDraft;
  preprocessing: PreprocessingDraft;
  /** Chosen trainers, each with the settings that differ from its defaults; `auto` alone: Assay chooses (auto/auto-settings.ts). */
  trainers: Record<string, Record<string, unknown>>;
  answers: AnswersDraft;
  judging: ValidationDraft;
  rows: { limit: number | null; sample: 'even' | 'newest' | 'first'; where: string };
  seed: number;
  limits: Recipe['limits'];
  /** Name of the experiment that the runs go to; made when there is none of this name. */
  experiment: string;
  /** Name of the target to train on; null: this machine. */
  on: string | null;
};

/** What a training may take when nobody says otherwise. */
export const usualLimits: Recipe['limits'] = Recipe.shape.limits.parse({});

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
    group: '',
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
    limits: usualLimits,
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
        const isHarmful = featureWarnings(column, target, profile).some((warning) => warning.leaveOut);
        return [column.name, { included: !isHarmful, role: 'auto' }];
      }),
  );
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

/** The draft with another column that rows are put in order within; it is no feature. */
export function changeGroup(draft: Draft, group: string): Draft {
  const feature = draft.features[group];
  if (feature === undefined) return { ...draft, group };
  return { ...draft, group, features: { ...draft.features, [group]: { ...feature, included: false } } };
}

/** Turns a number into two classes, "above the threshold or not": `delay` at 15 is `"delay" > 15` named `delay_above_15`. */
export function aboveThreshold(column: string, threshold: number): TargetDraft {
  const name = `${column}_above_${threshold}`.replace(/[^\p{L}\p{N}]+/gu, '_');
  return { kind: 'expression', name, expression: `"${column.replaceAll('"', '""')}" > ${threshold}` };
}
