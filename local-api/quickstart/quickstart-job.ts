/**
 * The sample loop, run in a job process as a client of the local API: what a script of the user's could do, and nothing else.
 * Every step is a job or a request of its own, so each can be watched, repeated and looked at.
 */
import { z } from 'zod';
import type { JobContext } from '../../engine/jobs/index.ts';
import { type Client, createClient } from '../client/index.ts';
import {
  type DatasetVersion,
  type DriftReport,
  driftLevelOf,
  ExportResult,
  ImportResult,
  type Job,
  type ModelVersion,
  type QuickstartResult,
  TrainResult,
} from '../contract/index.ts';
import { measureParity } from './parity.ts';
import { createSteps, type Steps } from './progress.ts';
import { quickstartImports, quickstartNames, quickstartRecipes } from './steps.ts';

export const QuickstartInput = z.object({
  url: z.string(),
  token: z.string(),
  jobId: z.string(),
  rows: z.int(),
  seed: z.int(),
});
export type QuickstartInput = z.infer<typeof QuickstartInput>;

type TrainedRun = QuickstartResult['runs'][number];

export async function run(context: JobContext<QuickstartInput>): Promise<QuickstartResult> {
  const { url, token, jobId, rows, seed } = context.input;
  const client = createClient({ baseUrl: url, token, parentJobId: jobId });
  const steps = createSteps(context, [
    { name: 'Import two windows of flights', weight: 15 },
    { name: 'Train four models', weight: 60 },
    { name: 'Register the best', weight: 2 },
    { name: 'Serve and check its answers', weight: 8 },
    { name: 'Check drift', weight: 12 },
    { name: 'Export the model', weight: 3 },
  ]);

  const [reference, current] = await steps.next(() => importWindows(client, steps, context.signal));
  const { runs, experimentId } = await steps.next(() =>
    trainAll(client, steps, reference.id, { rows, seed }, context.signal),
  );
  const best = bestOf(runs);
  const model = await steps.next(() => register(client, best.id));
  const parity = await steps.next(() =>
    measureParity(client, best.id, `${model.model}/${model.version}`, context),
  );
  const report = await steps.next(() => checkDrift(client, steps, reference, current, context.signal));
  const exported = await steps.next(() => exportModel(client, steps, model, context.signal));

  return {
    dataset: { reference: summaryOf(reference), current: summaryOf(current) },
    runs,
    best: { runId: best.id, trainer: best.trainer },
    model: { name: model.model, version: model.version, digest: model.digest ?? '' },
    parity,
    drift: {
      columns: report.columns.map((column) => ({
        name: column.name,
        level: driftLevelOf(column),
        effect: column.effect?.value ?? null,
        pAdjusted: column.significance?.adjusted ?? null,
        method: column.method,
        score: column.score,
        threshold: column.threshold,
        drifted: column.drifted,
      })),
      drifted: report.drifted,
      reportId: report.id,
    },
    export: { path: exported.path, files: exported.files.map((file) => file.path) },
    ...steps.finish(),
    links: {
      experiment: `/experiments/${experimentId}`,
      model: `/models/${encodeURIComponent(model.model)}`,
      drift: `/drift/${report.id}`,
    },
  };
}

async function importWindows(
  client: Client,
  steps: Steps,
  signal: AbortSignal,
): Promise<[DatasetVersion, DatasetVersion]> {
  const jobs: Job[] = [];
  // One after the other is queued, so that the reference is always the older version.
  for (const body of [quickstartImports.reference, quickstartImports.current]) {
    const job = await client.datasets.import({ body });
    jobs.push(job);
    await finished(client, job, steps, jobs.length - 1, 2, signal);
  }
  const versions = await Promise.all(
    jobs.map(async (job) => {
      const ended = await client.jobs.get({ params: { jobId: job.id } });
      return client.datasets.version({ params: { versionId: ImportResult.parse(ended.result).versionId } });
    }),
  );
  return [required(versions[0]), required(versions[1])];
}

async function trainAll(
  client: Client,
  steps: Steps,
  datasetVersionId: string,
  options: { rows: number; seed: number },
  signal: AbortSignal,
): Promise<{ runs: TrainedRun[]; experimentId: string }> {
  const experimentId = await experimentNamed(client, quickstartNames.experiment);
  const recipes = quickstartRecipes(datasetVersionId, options);
  const jobs = await Promise.all(
    recipes.map(({ name, recipe }) =>
      client.training.start({ body: { experimentId, name, recipe, tags: { quickstart: 'true' } } }),
    ),
  );
  const runs = await Promise.all(
    jobs.map(async (job, i): Promise<TrainedRun> => {
      const ended = await finished(client, job, steps, i, jobs.length, signal);
      const result = TrainResult.parse(ended.result);
      return {
        id: result.runId,
        name: recipes[i]?.name ?? result.trainer,
        trainer: result.trainer,
        metrics: result.metrics,
        seconds: result.seconds,
      };
    }),
  );
  return { runs: runs.sort((a, b) => aucOf(b) - aucOf(a)), experimentId };
}

/** The same model on the same data keeps its version: a second quickstart registers nothing new. */
async function register(client: Client, runId: string): Promise<ModelVersion> {
  const run = await client.runs.artifacts({ params: { runId }, query: { path: 'model' } });
  const digest = run.items.find((item) => item.path.endsWith('.onnx'))?.digest;
  const known = await client.models
    .versions({ params: { model: quickstartNames.model }, query: { limit: 1000 } })
    .catch(() => ({ items: [] as ModelVersion[] }));
  const same = known.items.find((version) => version.digest === digest);
  if (!same)
    return client.models.register({
      params: { model: quickstartNames.model },
      body: { runId, aliases: [quickstartNames.alias] },
    });
  await client.models.setAlias({
    params: { model: quickstartNames.model, alias: quickstartNames.alias },
    body: { version: same.version },
  });
  return same;
}

async function checkDrift(
  client: Client,
  steps: Steps,
  reference: DatasetVersion,
  current: DatasetVersion,
  signal: AbortSignal,
): Promise<DriftReport> {
  const job = await client.driftReports.create({
    body: { referenceVersionId: reference.id, currentVersionId: current.id },
  });
  const ended = await finished(client, job, steps, 0, 1, signal);
  const { reportId } = z.object({ reportId: z.string() }).parse(ended.result);
  return client.driftReports.get({ params: { reportId } });
}

async function exportModel(
  client: Client,
  steps: Steps,
  model: ModelVersion,
  signal: AbortSignal,
): Promise<ExportResult> {
  const job = await client.models.export({
    params: { model: model.model, version: model.version },
    body: { overwrite: true },
  });
  return ExportResult.parse((await finished(client, job, steps, 0, 1, signal)).result);
}

/** Waits for a job of a step; its failure is the failure of the loop, with the same code and hint. */
async function finished(
  client: Client,
  job: Job,
  steps: Steps,
  index: number,
  of: number,
  signal: AbortSignal,
): Promise<Job> {
  const ended = await client.waitForJob(job.id, {
    signal,
    onProgress: ({ fraction, message }) => steps.part(index, of, fraction ?? 0, message),
  });
  if (ended.state === 'succeeded') {
    steps.part(index, of, 1, `${job.title}: done`);
    return ended;
  }
  throw Object.assign(new Error(`${job.title}: ${ended.error?.message ?? ended.state}`), {
    code: ended.error?.code ?? 'jobs/cancelled',
    hint: ended.error?.hint,
  });
}

async function experimentNamed(client: Client, name: string): Promise<string> {
  const page = await client.experiments.list({ query: { filter: `name = '${name}'`, limit: 1 } });
  return (
    page.items[0]?.id ??
    (
      await client.experiments.create({
        body: { name, description: 'Will a flight be more than 15 minutes late? US flights of 2001.' },
      })
    ).id
  );
}

function bestOf(runs: readonly TrainedRun[]): TrainedRun {
  return required(runs[0]);
}

function aucOf(run: TrainedRun): number {
  return run.metrics.auc ?? 0;
}

function summaryOf(version: DatasetVersion): { id: string; digest: string; rows: number } {
  return { id: version.id, digest: version.digest, rows: version.rows };
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('A step of the quickstart gave nothing.');
  return value;
}
