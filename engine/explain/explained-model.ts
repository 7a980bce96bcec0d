import { type ExplainedModel, Recipe, type Signature } from '../../local-api/contract/index.ts';
import type { ArtifactStore } from '../artifacts/index.ts';
import type { DataService } from '../data/index.ts';
import { quoteIdentifier } from '../duckdb/index.ts';
import { AssayError } from '../errors.ts';
import { keptTestRows, type ModelRegistry, openRunModel, recipeOfRun } from '../models/index.ts';
import { withOnnx } from '../onnx/index.ts';
import type { TrackingService } from '../tracking/index.ts';
import type { ExplainedRows } from './read-rows.ts';

export type ExplainSources = {
  tracking: Pick<TrackingService, 'getRun' | 'findArtifact'>;
  models: Pick<ModelRegistry, 'resolve'>;
  artifacts: Pick<ArtifactStore, 'read'>;
  data: Pick<DataService, 'getVersion' | 'snapshotFiles' | 'checkExpression'>;
};

/** A model file with what its explanation needs to know. */
export type FoundModel = {
  subject: ExplainedModel;
  /** For people. */
  title: string;
  signature: Signature;
  sizeBytes: number;
  datasetVersionId: string | null;
};

type Asked = { runId?: string | undefined; model?: string | undefined };

/**
 * Errors: `runs/not-found`, `runs/deleted`, `models/run-has-no-model`, `models/not-found`, `models/version-not-found`,
 * `models/alias-not-found`, `models/no-onnx`.
 */
export async function findModel(sources: ExplainSources, { runId, model: ref }: Asked): Promise<FoundModel> {
  if (runId !== undefined) {
    const { run, model, signature } = await openRunModel(sources, runId);
    const data = run.inputs.find((input) => input.datasetVersionId !== null);
    return {
      subject: { runId, model: null, version: null, digest: model.digest },
      title: run.name,
      signature,
      sizeBytes: model.sizeBytes,
      datasetVersionId: data?.datasetVersionId ?? null,
    };
  }
  const found = withOnnx(await sources.models.resolve(ref ?? ''));
  const { model, version, digest, sizeBytes, signature, datasetVersionId } = found;
  return {
    subject: { runId: found.runId, model, version, digest },
    title: `${model} ${version}`,
    signature,
    sizeBytes,
    datasetVersionId,
  };
}

/** Rows to explain a model on, with the place of their file. */
export type PlannedRows = ExplainedRows & { file: { files: string[] } | { digest: string } };

/**
 * The rows of a dataset version, where one is named; else the test rows that the training kept; else the data that the model was
 * trained on, as far as they are there.
 *
 * Errors: `explanations/no-rows`, `datasets/version-not-found`, `datasets/bad-expression`.
 */
export async function planRows(
  sources: ExplainSources,
  found: FoundModel,
  datasetVersionId: string | undefined,
): Promise<PlannedRows> {
  if (datasetVersionId !== undefined) return datasetRows(sources, found, datasetVersionId);
  const digest = await keptTestRows(sources.tracking, found.subject);
  if (digest !== null)
    return { source: 'Test rows of the training', targetSql: '"assay.truth"', where: null, file: { digest } };
  if (found.datasetVersionId !== null) {
    try {
      return await datasetRows(sources, found, found.datasetVersionId);
    } catch (thrown) {
      if (!(thrown instanceof AssayError) || thrown.code !== 'datasets/version-not-found') throw thrown;
    }
  }
  throw new AssayError(
    'explanations/no-rows',
    `${found.title} kept no test rows, and the data that it was trained on are not here`,
  );
}

async function datasetRows(
  sources: ExplainSources,
  { subject, signature, title }: FoundModel,
  datasetVersionId: string,
): Promise<PlannedRows> {
  const { data } = sources;
  const { dataset, version, columns } = await data.getVersion(datasetVersionId);
  const source = `${dataset} v${version}`;
  const names = new Set(columns.map(({ name }) => name));
  const lacking = signature.inputs.filter(({ name }) => !names.has(name)).map(({ name }) => name);
  if (lacking.length > 0)
    throw new AssayError(
      'explanations/no-rows',
      `${source} lacks columns that ${title} takes: ${lacking.join(', ')}`,
    );
  const file = { files: await data.snapshotFiles(datasetVersionId) };
  const recipe = Recipe.safeParse(subject.runId === null ? null : await recipeOfRun(sources, subject.runId));
  if (!recipe.success) {
    const { target } = signature;
    return { source, file, where: null, targetSql: names.has(target) ? quoteIdentifier(target) : null };
  }
  // What the recipe says need not fit other data.
  const { target, rows } = recipe.data;
  const isUsable = async (expression: string): Promise<boolean> => {
    try {
      await data.checkExpression(datasetVersionId, expression);
      return true;
    } catch (thrown) {
      if (thrown instanceof AssayError && thrown.code === 'datasets/bad-expression') return false;
      throw thrown;
    }
  };
  const where = rows.where !== undefined && (await isUsable(rows.where)) ? rows.where : null;
  if ('column' in target)
    return {
      source,
      file,
      where,
      targetSql: names.has(target.column) ? quoteIdentifier(target.column) : null,
    };
  return {
    source,
    file,
    where,
    targetSql: (await isUsable(target.expression)) ? `(${target.expression}\n)` : null,
  };
}
