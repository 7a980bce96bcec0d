import type { Recipe } from '../../local-api/contract/index.ts';
import { type RowWeights, rowWeights } from './row-weights.ts';
import { type RowParts, splitRows } from './split.ts';
import { readTable, type TrainingTable } from './table.ts';
import type { TrainingPlan } from './training-plan.ts';
import { type TrainingTarget, targetOf } from './training-target.ts';

export type TrainingData = {
  table: TrainingTable;
  parts: RowParts;
  target: TrainingTarget;
  weights: RowWeights;
};

/**
 * Reads the rows of a recipe and shares them out. The same recipe on the same file gives the same data, in whichever process.
 * Errors: those of `readTable`, `splitRows`, `targetOf` and `rowWeights`.
 */
export async function readTrainingData(options: {
  recipe: Recipe;
  plan: TrainingPlan;
  dataset: { files: readonly string[] };
  log(text: string): void;
  signal: AbortSignal;
}): Promise<TrainingData> {
  const { recipe, plan, dataset, log, signal } = options;
  const table = await readTable({
    files: dataset.files,
    columns: plan.columns,
    extras: plan.extras,
    targetSql: plan.target.sql,
    task: recipe.task,
    ...(recipe.task === 'ranking' && recipe.group !== undefined ? { group: recipe.group } : {}),
    rows: recipe.rows,
    ...(plan.timeColumn === null ? {} : { timeColumn: plan.timeColumn }),
    memoryMb: Math.max(256, Math.floor(recipe.limits.memoryMb / 4)),
    signal,
  });
  log(`${table.rows} rows read of ${table.matchedRows}; ${table.withoutTarget} have no target.`);
  const parts = splitRows(table, recipe.split, recipe.seed);
  const target = targetOf(table, parts.train, recipe);
  return { table, parts, target, weights: rowWeights(table, parts.train, recipe) };
}
