import { Recipe } from '../../../local-api/contract/index.ts';
import type { DataService } from '../../data/index.ts';
import { quoteIdentifier } from '../../duckdb/index.ts';
import { AssayError } from '../../errors.ts';
import type { OnnxVersion } from '../../onnx/index.ts';
import { keptTestRows } from '../kept-test-rows.ts';
import { type RunModelSources, recipeOfRun } from '../run-model.ts';
import type { ComparisonRows } from './comparison-input.ts';

export type RowSources = RunModelSources & {
  data: Pick<DataService, 'getVersion' | 'snapshotFiles' | 'checkExpression'>;
};

/** Rows to measure on, not read yet. */
export type PlannedRows = Omit<ComparisonRows, 'file'> & {
  file: { files: string[] } | { digest: string };
  /** The version whose test rows they are; null for a dataset version. */
  of: OnnxVersion | null;
};

/**
 * The rows of a dataset version, with the target and the condition on rows of the recipe that the first version was trained
 * by; without a recipe its target is a column of the data.
 *
 * Errors: datasets/version-not-found, datasets/bad-expression, request/invalid when the data have no such target.
 */
export async function datasetRows(
  sources: RowSources,
  baseline: OnnxVersion,
  datasetVersionId: string,
): Promise<PlannedRows> {
  const { data } = sources;
  const { dataset, version, columns } = await data.getVersion(datasetVersionId);
  const recipe = await readRecipe(sources, baseline);
  const target = recipe?.target ?? { column: baseline.signature.target };
  const names = columns.map(({ name }) => name);
  if ('column' in target && !names.includes(target.column)) {
    const message = `${dataset} v${version} has no column "${target.column}", which ${baseline.model} ${baseline.version} answers`;
    throw new AssayError('request/invalid', message, {
      problems: [{ path: '/datasetVersionId', message, expected: 'data with the target' }],
    });
  }
  const where = recipe?.rows.where ?? null;
  if ('expression' in target) await data.checkExpression(datasetVersionId, target.expression);
  if (where !== null) await data.checkExpression(datasetVersionId, where);
  return {
    source: `${dataset} v${version}${where === null ? '' : `, rows where ${where}`}`,
    datasetVersionId,
    file: { files: await data.snapshotFiles(datasetVersionId) },
    columns: names,
    targetSql: 'column' in target ? quoteIdentifier(target.column) : `(${target.expression}\n)`,
    where,
    of: null,
  };
}

/** The test rows of the newest of these versions that kept any; null when none did. */
export async function newestTestRows(
  { tracking }: Pick<RowSources, 'tracking'>,
  versions: readonly OnnxVersion[],
): Promise<PlannedRows | null> {
  for (const version of [...versions].sort((a, b) => b.number - a.number)) {
    const digest = await keptTestRows(tracking, version);
    if (digest === null) continue;
    return {
      source: `Test rows of ${version.version}`,
      datasetVersionId: version.datasetVersionId,
      file: { digest },
      columns: version.signature.inputs.map(({ name }) => name),
      targetSql: '"assay.truth"',
      where: null,
      of: version,
    };
  }
  return null;
}

/** Which versions may have seen the rows in training, a sentence each: their figures look better than they are. */
export async function leakNotes(
  sources: RowSources,
  rows: PlannedRows,
  versions: readonly OnnxVersion[],
): Promise<string[]> {
  const own = rows.of === null ? null : await splitOf(sources, rows.of);
  const notes: string[] = [];
  for (const version of versions) {
    if (version.version === rows.of?.version || version.datasetVersionId === null) continue;
    if (version.datasetVersionId !== rows.datasetVersionId) {
      if (rows.of !== null)
        notes.push(
          `${version.version} was trained on other data than ${rows.of.version}; rows that are in both look easier to it than they are.`,
        );
    } else if (rows.of === null) {
      notes.push(`${version.version} was trained on rows of these data: its figures look too good.`);
    } else if (own === null || own !== (await splitOf(sources, version))) {
      notes.push(
        `${version.version} split the same data in another way and may have been trained on some of these rows.`,
      );
    }
  }
  return notes;
}

/** Two trainings with the same text kept the same rows for the test; null when it is not known. */
async function splitOf(sources: RowSources, version: OnnxVersion): Promise<string | null> {
  const recipe = await readRecipe(sources, version);
  if (recipe === null) return null;
  const { dataset, rows, split, seed, target, task } = recipe;
  return JSON.stringify([dataset, rows, split, seed, target, task]);
}

async function readRecipe(sources: RowSources, { runId }: OnnxVersion): Promise<Recipe | null> {
  const found = runId === null ? null : await recipeOfRun(sources, runId);
  const recipe = Recipe.safeParse(found);
  return recipe.success ? recipe.data : null;
}
