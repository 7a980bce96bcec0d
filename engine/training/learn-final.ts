import type { Recipe, ValidationReport } from '../../local-api/contract/index.ts';
import { type FittedRecipe, fitRecipe } from './fit-recipe.ts';
import type { FittedPreprocessing } from './preprocessing/fitted.ts';
import type { RowParts } from './split.ts';
import type { FitProgress, FittedModel } from './trainers/trainer.ts';
import type { TrainingData } from './training-data.ts';
import { type FoldResult, validationReport } from './validation/cross-validate.ts';
import { allRows, finalRecipe } from './validation/final-fit.ts';
import { type OutOfFold, outOfFold } from './validation/out-of-fold.ts';

/** The model that a training ends with, and what is known of models like it. */
export type Learned = Pick<FittedRecipe, 'pipeline' | 'columns'> & {
  fitted: Pick<FittedPreprocessing, 'features' | 'dropped'>;
  model: Pick<FittedModel, 'info' | 'importance' | 'coefficients' | 'remarks'>;
  /** What was fitted: the recipe of the run, or of the trial that did best. */
  recipe: Recipe;
  /** What made the model, in a word. */
  trainer: string;
  /** Rows that the final model learned from, looked at to stop early, and never saw. */
  parts: RowParts;
  /** Null where the rows were not shared out into folds. */
  validation: ValidationReport | null;
  /** Null without folds: then the validation part is what the model did not learn from. */
  outOfFold: OutOfFold | null;
};

export type LearnOptions = {
  recipe: Recipe;
  data: TrainingData;
  report(progress: FitProgress): void;
  log(text: string): void;
  signal: AbortSignal;
};

/** Learns from the training part, early stopping on the validation part. Errors: those of `fitRecipe`. */
export async function learnOnce(options: LearnOptions): Promise<Learned> {
  const { table, target, parts, weights } = options.data;
  const fitted = await fitRecipe({ ...options, table, target, parts, weights: weights.fit });
  const { recipe } = options;
  return { ...fitted, recipe, trainer: recipe.trainer.kind, parts, validation: null, outOfFold: null };
}

/**
 * Learns from every row but the test part, after folds have told how good that is and, where the trainer stops early, how
 * many rounds it takes: their median. Errors: those of `fitRecipe`.
 */
export async function learnFinal(
  options: LearnOptions & {
    scheme: ValidationReport['scheme'];
    folds: readonly FoldResult[];
    /** Where other folds than those that the quality is told by say how many rounds it takes. */
    roundsFrom?: readonly { rounds: number | null }[];
  },
): Promise<Learned> {
  const { data, scheme, folds, log } = options;
  const { table, target, weights } = data;
  const reports = folds.map(({ report }) => report);
  const final = finalRecipe(options.recipe, options.roundsFrom ?? reports);
  const parts = {
    ...data.parts,
    train: allRows(data.parts.train, data.parts.validation),
    validation: new Int32Array(0),
  };
  if (final.rounds !== null) {
    log(
      `The final model has ${final.rounds} rounds, the median of the folds, and learns from all ${parts.train.length} rows.`,
    );
  }
  const fitted = await fitRecipe({
    ...options,
    recipe: final.recipe,
    table,
    target,
    parts,
    weights: weights.fit,
  });
  return {
    ...fitted,
    recipe: options.recipe,
    trainer: options.recipe.trainer.kind,
    parts,
    validation: validationReport(scheme, reports, final.rounds),
    outOfFold: outOfFold(
      table,
      folds.map(({ fold }) => fold),
      folds.map(({ answers }) => answers),
    ),
  };
}
