import type { FoldReport, FoldScheme, Recipe, ValidationReport } from '../../../local-api/contract/index.ts';
import type { FitProgress } from '../trainers/trainer.ts';
import type { TrainingData } from '../training-data.ts';
import { allRows } from './final-fit.ts';
import { fitFold } from './fit-fold.ts';
import { type Fold, foldsOf } from './folds.ts';
import { intervalMethod, summariseFolds } from './summarise-folds.ts';

/** A fold with what its model answered for the rows that were held out. */
export type FoldResult = { fold: Fold; answers: Float32Array; report: FoldReport; seconds: number };

/** The folds of a scheme over all rows but the test part. Errors: `training/too-little-data`. */
export function trainingFolds({ table, parts }: TrainingData, scheme: FoldScheme, seed: number): Fold[] {
  return foldsOf(table, allRows(parts.train, parts.validation), scheme, seed);
}

/** Fits the folds one after the other in this process. Errors: those of `fitFold` and `trainingFolds`. */
export async function crossValidate(options: {
  recipe: Recipe;
  scheme: FoldScheme;
  data: TrainingData;
  log(text: string): void;
  signal: AbortSignal;
  /** `of`: how many there are. */
  begins(fold: Fold, of: number): void;
  report(fold: Fold, progress: FitProgress): void;
  ends(result: FoldResult): void;
}): Promise<FoldResult[]> {
  const { recipe, scheme, data, log, signal } = options;
  const folds = trainingFolds(data, scheme, recipe.seed);
  const results: FoldResult[] = [];
  for (const fold of folds) {
    options.begins(fold, folds.length);
    const fit = await fitFold({
      recipe,
      table: data.table,
      target: data.target,
      fold,
      weights: data.weights,
      report: (progress) => options.report(fold, progress),
      log,
      signal,
    });
    const result = { fold, answers: fit.answers, report: foldReport(fold, fit), seconds: fit.seconds };
    options.ends(result);
    results.push(result);
  }
  return results;
}

export function foldReport(
  { repeat, fold, train, held }: Fold,
  { metrics, rounds, stoppingRows }: Pick<FoldReport, 'metrics' | 'rounds'> & { stoppingRows: number },
): FoldReport {
  const rows = { training: train.length - stoppingRows, stopping: stoppingRows, held: held.length };
  return { repeat, fold, rows, metrics, rounds };
}

export function validationReport(
  scheme: ValidationReport['scheme'],
  folds: readonly FoldReport[],
  finalRounds: number | null,
): ValidationReport {
  return {
    scheme,
    folds: [...folds],
    metrics: summariseFolds(folds),
    interval: intervalMethod,
    finalRounds,
  };
}

/** The means and standard errors of a validation as metrics of a run. */
export function validationMetrics({ metrics }: Pick<ValidationReport, 'metrics'>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(metrics).flatMap(([key, { mean, se }]) => [
      [`cv_${key}`, mean],
      ...(se === null ? [] : [[`cv_${key}_se`, se] satisfies [string, number]]),
    ]),
  );
}
