import { type Run, Signature } from '../../local-api/contract/index.ts';
import type { ArtifactStore } from '../artifacts/index.ts';
import { AssayError, messageOf } from '../errors.ts';
import { proveModel } from '../serving/index.ts';
import type { TrackingService } from '../tracking/index.ts';
import { runFiles } from '../training/index.ts';

/** What a run holds of its model, as a version keeps it. */
export type RunModel = {
  digest: string;
  sizeBytes: number;
  signature: Signature;
  metrics: Record<string, number>;
  card: string;
  trainer: string;
  datasetVersionId: string | null;
};

export type RunModelSources = {
  tracking: Pick<TrackingService, 'getRun' | 'findArtifact'>;
  artifacts: Pick<ArtifactStore, 'read'>;
  /** The environment of processes of models. */
  outside?: () => Record<string, string>;
};

/**
 * Reads the model of a run and proves that it works: ONNX Runtime loads it and it answers an example row.
 * Throws runs/not-found, runs/deleted, models/run-has-no-model, models/invalid-onnx.
 */
export async function readRunModel(sources: RunModelSources, runId: string): Promise<RunModel> {
  const { run, model, signature: parsed } = await openRunModel(sources, runId);
  await proveModel(await sources.artifacts.read(model.digest), parsed, sources.outside);
  const card = await findFile(sources, runId, runFiles.card);
  return {
    ...model,
    signature: parsed,
    metrics: await finalMetrics(sources, run),
    card: card === null ? '' : (await sources.artifacts.read(card.digest)).toString('utf8'),
    trainer: run.params.trainer ?? '',
    datasetVersionId: datasetOf(run),
  };
}

/**
 * What a run holds of its model, not yet proven to work.
 * Throws runs/not-found, runs/deleted, models/run-has-no-model.
 */
export async function openRunModel(sources: RunModelSources, runId: string) {
  const run = await sources.tracking.getRun(runId);
  if (run.lifecycle === 'deleted') throw new AssayError('runs/deleted', `The run ${runId} is deleted`);
  const model = await findFile(sources, runId, runFiles.model);
  const signature = await findFile(sources, runId, runFiles.signature);
  if (model === null || signature === null) {
    const absent = model === null ? runFiles.model : runFiles.signature;
    const state = run.status === 'finished' ? '' : ` (its status is ${run.status})`;
    throw new AssayError('models/run-has-no-model', `The run "${run.name}" holds no ${absent}${state}`);
  }
  return { run, model, signature: parseSignature(await sources.artifacts.read(signature.digest)) };
}

function datasetOf(run: Run): string | null {
  return run.inputs.find((input) => input.datasetVersionId !== null)?.datasetVersionId ?? null;
}

/** The dataset version that a run was made of; null when it names none. */
export async function datasetOfRun({ tracking }: RunModelSources, runId: string): Promise<string | null> {
  return datasetOf(await tracking.getRun(runId));
}

/** The recipe of a training; null when the run has none, or is no longer there. */
export async function recipeOfRun(
  sources: RunModelSources,
  runId: string,
): Promise<Record<string, unknown> | null> {
  const file = await findFile(sources, runId, runFiles.recipe).catch((thrown: unknown) => {
    if (thrown instanceof AssayError && thrown.code === 'runs/not-found') return null;
    throw thrown;
  });
  if (file === null) return null;
  const parsed: unknown = JSON.parse((await sources.artifacts.read(file.digest)).toString('utf8'));
  return typeof parsed === 'object' && parsed !== null ? { ...parsed } : null;
}

async function findFile({ tracking }: RunModelSources, runId: string, path: string) {
  try {
    return await tracking.findArtifact(runId, path);
  } catch (error) {
    if (error instanceof AssayError && error.code === 'artifacts/not-found') return null;
    throw error;
  }
}

function parseSignature(bytes: Buffer): Signature {
  try {
    const parsed: unknown = JSON.parse(bytes.toString('utf8'));
    return Signature.parse(parsed);
  } catch (error) {
    throw new AssayError(
      'models/run-has-no-model',
      `${runFiles.signature} of the run is no signature: ${messageOf(error)}`,
      { cause: error },
    );
  }
}

/** The figures of the evaluation where there is one, else the last finite value of each metric that the run logged. */
async function finalMetrics(sources: RunModelSources, run: Run): Promise<Record<string, number>> {
  const file = await findFile(sources, run.id, runFiles.evaluation);
  if (file !== null) {
    const parsed: unknown = JSON.parse((await sources.artifacts.read(file.digest)).toString('utf8'));
    if (typeof parsed === 'object' && parsed !== null && 'metrics' in parsed)
      return numbersOf(parsed.metrics);
  }
  return numbersOf(Object.fromEntries(Object.entries(run.metrics).map(([key, { last }]) => [key, last])));
}

function numbersOf(record: unknown): Record<string, number> {
  if (typeof record !== 'object' || record === null) return {};
  return Object.fromEntries(
    Object.entries(record).filter((entry): entry is [string, number] => Number.isFinite(entry[1])),
  );
}
