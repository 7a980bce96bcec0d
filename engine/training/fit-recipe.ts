import { GbdtTrainer, type Recipe } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import type { Pipeline } from './pipeline.ts';
import { addPreprocessing } from './preprocessing/add-preprocessing.ts';
import { thinned } from './preprocessing/feature-information.ts';
import { fitPreprocessing } from './preprocessing/fit.ts';
import { pick } from './preprocessing/fit-options.ts';
import type { FittedPreprocessing, MatrixColumn } from './preprocessing/fitted.ts';
import { openPreprocessor } from './preprocessing/preprocessor.ts';
import type { RowParts } from './split.ts';
import type { TrainingTable } from './table.ts';
import { breather } from './trainers/breathe.ts';
import { trainers } from './trainers/registry.ts';
import type { FitProgress, FittedModel, Trainer } from './trainers/trainer.ts';
import type { TrainingTarget } from './training-target.ts';

export type FitRecipeOptions = {
  recipe: Pick<Recipe, 'task' | 'preprocessing' | 'trainer' | 'seed' | 'split' | 'limits'>;
  table: TrainingTable;
  target: TrainingTarget;
  parts: Pick<RowParts, 'train' | 'validation'>;
  /** How much each row of the table counts; null: all the same. */
  weights: Float64Array | null;
  report(progress: FitProgress): void;
  log(message: string): void;
  signal: AbortSignal;
};

export type FittedRecipe = {
  pipeline: Pipeline;
  fitted: FittedPreprocessing;
  columns: readonly MatrixColumn[];
  model: FittedModel;
};

/**
 * Fits preprocessing and trainer on the training rows alone: once for a plain training, once a fold and trial in a search.
 * The same options give the same pipeline.
 *
 * Errors: `training/bad-recipe`, `training/too-little-data` when all rows weigh nothing, `training/did-not-converge`,
 * `jobs/out-of-memory` before the matrix is made when it cannot fit, `jobs/cancelled`.
 */
export async function fitRecipe(options: FitRecipeOptions): Promise<FittedRecipe> {
  const { recipe, table, target, weights, signal } = options;
  const parts = withWeight(options);
  const trainer = trainerOf(recipe);
  const keep = await featuresByTrees({ ...options, parts });
  const tell = (message: string): void => options.report({ step: 0, of: 1, metrics: {}, message });
  const fitted = await fitPreprocessing({
    table,
    rows: parts.train,
    preprocessing: recipe.preprocessing,
    view: trainer.view(recipe.trainer),
    seed: recipe.seed,
    ...(keep === null ? {} : { keep }),
    ...(recipe.split.kind === 'time' ? { timeColumn: recipe.split.column } : {}),
    pause: breather(signal).pause,
    begins: (name, index, of) =>
      tell(`Learning how "${name}" becomes numbers, feature ${index + 1} of ${of}`),
  });
  for (const { name, reason } of fitted.dropped) options.log(`"${name}" is not used: ${reason}.`);
  const preprocessor = await openPreprocessor(fitted);
  const { columns } = preprocessor;
  checkMemory(recipe, parts.train.length + parts.validation.length, columns.length);
  try {
    const rowsOf = (rows: Int32Array, x: Float32Array) => ({
      x,
      y: pick(target.y, rows),
      n: rows.length,
      weights: weights === null ? null : weightsOf(weights, rows),
      ...queriesOf(table, rows),
    });
    const train = rowsOf(
      parts.train,
      await preprocessor.trainingMatrix(table, parts.train, signal, (done) =>
        tell(`Making the features of ${done} of ${parts.train.length} training rows`),
      ),
    );
    const validation = rowsOf(parts.validation, await preprocessor.matrix(table, parts.validation, signal));
    options.log(`${train.n} rows × ${columns.length} columns to train on.`);
    const model = await trainer.fit({
      ...train,
      width: columns.length,
      columns,
      task: recipe.task,
      classes: target.classes,
      positiveClass: positiveClassOf(table, target),
      validation,
      seed: recipe.seed,
      settings: recipe.trainer,
      report: options.report,
      signal,
    });
    return { pipeline: pipelineOf(fitted, columns, model), fitted, columns, model };
  } finally {
    await preprocessor.release();
  }
}

/** Rows that the trees see which tell what features are worth. */
const rowsForWorth = 100_000;

/**
 * Names of the features by which small boosted trees gain most, when the recipe asks for that; else null. The trees see the
 * training rows alone, and a date counts as one with all that is made of it.
 */
async function featuresByTrees(options: FitRecipeOptions): Promise<Set<string> | null> {
  const { preprocessing } = options.recipe;
  const { top, by } = preprocessing.selection;
  if (top === undefined || by !== 'trees') return null;
  const { columns, model } = await fitRecipe({
    ...options,
    recipe: {
      ...options.recipe,
      trainer: GbdtTrainer.parse({ kind: 'gbdt', trees: 60, leaves: 15, minLeafRows: 5 }),
      preprocessing: { ...preprocessing, selection: { ...preprocessing.selection, top: undefined } },
    },
    parts: { ...options.parts, train: thinned(options.parts.train, rowsForWorth) },
    report: () => {},
    log: () => {},
  });
  const gains = new Map<string, number>();
  for (const [index, { feature }] of columns.entries())
    gains.set(feature, (gains.get(feature) ?? 0) + (model.importance?.[index] ?? 0));
  // A stable sort: the first columns win where nothing tells them apart.
  const best = [...gains].sort(([, a], [, b]) => b - a).slice(0, top);
  return new Set(best.map(([name]) => name));
}

/** Which query each of some rows is of, where there are queries. */
function queriesOf({ target }: TrainingTable, rows: Int32Array): { queries?: Int32Array } {
  if (target.task !== 'ranking') return {};
  return { queries: Int32Array.from(rows, (row) => target.queries[row] as number) };
}

function positiveClassOf({ target }: TrainingTable, { positive }: TrainingTarget): number {
  return target.task === 'classification' && positive !== null ? target.classes.indexOf(positive) : 1;
}

export function trainerOf({ trainer: { kind }, task }: Pick<Recipe, 'trainer' | 'task'>): Trainer {
  const trainer = trainers.find((candidate) => candidate.kind === kind);
  if (!trainer?.tasks.includes(task)) {
    throw new AssayError('training/bad-recipe', `No trainer "${kind}" does ${task}.`);
  }
  return trainer;
}

/** Better a clear word at once than a killed process after minutes. */
function checkMemory({ limits }: Pick<Recipe, 'limits'>, rows: number, width: number): void {
  // The matrix, what a trainer makes of it (bytes of bins, compressed rows), and the process itself.
  const neededMb = Math.round((rows * width * 4 * 1.5) / 2 ** 20) + 200;
  if (neededMb <= limits.memoryMb) return;
  throw new AssayError(
    'jobs/out-of-memory',
    `${rows} rows × ${width} columns need about ${neededMb} MB; the limit is ${limits.memoryMb} MB.`,
  );
}

/** Rows that weigh nothing are as good as not there: neither counts, ranges and categories nor a trainer see them. */
function withWeight({ parts, weights }: FitRecipeOptions): FitRecipeOptions['parts'] {
  if (weights === null) return parts;
  const counts = (row: number): boolean => weights[row] !== 0;
  const train = parts.train.filter(counts);
  if (train.length === 0)
    throw new AssayError('training/too-little-data', 'All rows to train on have the weight 0.');
  return { train, validation: parts.validation.filter(counts) };
}

/** The weights of some rows, brought to mean 1. */
function weightsOf(weights: Float64Array, rows: Int32Array): Float64Array {
  const picked = pick(weights, rows);
  const mean = picked.reduce((sum, weight) => sum + weight, 0) / rows.length;
  return picked.map((weight) => weight / mean);
}

function pipelineOf(
  fitted: FittedPreprocessing,
  columns: readonly MatrixColumn[],
  model: FittedModel,
): Pipeline {
  return {
    inputs: fitted.inputs,
    featureNames: columns.map(({ name }) => name),
    addToGraph: (graph, inputs) => model.addToGraph(graph, addPreprocessing(graph, fitted, inputs)),
    async predict(table, rows, signal) {
      const preprocessor = await openPreprocessor(fitted);
      try {
        return model.predict(await preprocessor.matrix(table, rows, signal), rows.length);
      } finally {
        await preprocessor.release();
      }
    },
  };
}
