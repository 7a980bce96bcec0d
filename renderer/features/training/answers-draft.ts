import { z } from 'zod';
import {
  EvaluationOptions,
  type Recipe,
  type RecipeInput,
  ThresholdChoice,
  Weights,
} from '../../../local-api/contract/index.ts';
import { type SettingField, settingFields } from './setting-fields.ts';

/** What is made of the answers of a model, and told of them: parts of a recipe with every default written out. */
export type AnswersDraft = Pick<Recipe, 'weights' | 'calibration' | 'threshold' | 'evaluation'>;

export const usualAnswers: AnswersDraft = {
  weights: Weights.parse({}),
  calibration: 'none',
  threshold: ThresholdChoice.parse({ by: 'fixed' }),
  evaluation: EvaluationOptions.parse({}),
};

/** Settings of the evaluation that are numbers: intervals, small groups, the learning curve. */
export const evaluationFields: SettingField[] = settingFields({
  schema: z.record(z.string(), z.unknown()).parse(z.toJSONSchema(EvaluationOptions, { io: 'input' })),
  defaults: {},
});

/** The draft of a recipe. */
export function fromAnswers({ weights, calibration, threshold, evaluation }: AnswersDraft): AnswersDraft {
  return { weights, calibration, threshold, evaluation };
}

/** The parts of the recipe that differ from the usual ones. A regression has no classes to weigh, calibrate or compare. */
export function toAnswers(draft: AnswersDraft, task: Recipe['task']): Partial<RecipeInput> {
  const { weights, calibration, threshold, evaluation } =
    task === 'classification' ? draft : withoutClasses(draft);
  const parts = {
    weights: changed(weights, usualAnswers.weights),
    evaluation: changed(evaluation, usualAnswers.evaluation),
  };
  return {
    ...(parts.weights === null ? {} : { weights: parts.weights }),
    ...(calibration === 'none' ? {} : { calibration }),
    ...(isSame(threshold, usualAnswers.threshold) ? {} : { threshold }),
    ...(parts.evaluation === null ? {} : { evaluation: parts.evaluation }),
  };
}

/** How many fields differ from the usual ones. */
export function countAnswerChanges(draft: AnswersDraft, task: Recipe['task']): number {
  const { weights = {}, evaluation = {}, ...others } = toAnswers(draft, task);
  return [weights, evaluation, others].reduce((sum, part) => sum + Object.keys(part).length, 0);
}

function withoutClasses({ weights: { classes: _, ...weights }, evaluation }: AnswersDraft): AnswersDraft {
  return { ...usualAnswers, weights, evaluation: { ...evaluation, fairness: [] } };
}

/** The fields of a part that differ; null when none does. */
function changed<Part extends object>(part: Part, usual: Part): Partial<Part> | null {
  const known = new Map<string, unknown>(Object.entries(usual));
  const entries = Object.entries(part).filter(
    ([name, value]) => value !== undefined && !isSame(value, known.get(name)),
  );
  return entries.length === 0 ? null : (Object.fromEntries(entries) as Partial<Part>);
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
