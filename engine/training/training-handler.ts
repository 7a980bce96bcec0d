import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Job, MetricPoint, Recipe, type TrainResult } from '../../local-api/contract/index.ts';
import type { ArtifactStore } from '../artifacts/index.ts';
import type { DataService } from '../data/index.ts';
import { AssayError } from '../errors.ts';
import type { JobHandler } from '../jobs/index.ts';
import type { Clock } from '../system/index.ts';
import type { TrackingService } from '../tracking/index.ts';
import { createNestedRuns, NestedRunMessage } from './nested-runs.ts';
import type { TrainJobInput, TrainJobOutput } from './train-job.ts';
import { planTraining, type TrainingPlan } from './training-plan.ts';
import { coefficientsFile, runFiles } from './training-service.ts';
import { validationFiles } from './validation/validation-files.ts';

/** What is submitted; the run that the job fills is the job's `runId`. */
const TrainJobRequest = z.object({ recipe: Recipe });
export type TrainJobRequest = z.infer<typeof TrainJobRequest>;

const Message = z.union([
  z.object({ type: z.literal('metrics'), points: z.array(MetricPoint) }),
  z.object({ type: z.literal('file'), path: z.string(), text: z.string() }),
  NestedRunMessage,
]);

const errorTag = 'assay.error';

export type TrainingHandlerOptions = {
  tracking: TrackingService;
  data: DataService;
  artifacts: ArtifactStore;
  clock: Clock;
  assayVersion: string;
};

/** Brings a recipe together with its dataset version. Errors: `datasets/version-not-found`, `training/bad-recipe`. */
export async function planFor(data: DataService, recipe: Recipe): Promise<TrainingPlan> {
  const version = await data.getVersion(recipe.dataset);
  const profile = await data.profile(recipe.dataset);
  return planTraining(recipe, version, profile, (expression) =>
    data.checkExpression(recipe.dataset, expression),
  );
}

/** What the job process of a training gets; its run counts as running from here on. Errors: those of `planFor`. */
export async function prepareTraining(
  { tracking, data, assayVersion }: TrainingHandlerOptions,
  input: unknown,
  job: Job,
): Promise<TrainJobInput> {
  const { recipe } = TrainJobRequest.parse(input);
  const runId = runOf(job);
  const run = await tracking.getRun(runId);
  const version = await data.getVersion(recipe.dataset);
  const plan = await planFor(data, recipe);
  const files = await data.snapshotFiles(recipe.dataset);
  // Tried again by hand: what was said about the failure no longer holds.
  if (run.tags[errorTag] !== undefined) await tracking.deleteTag(runId, errorTag);
  await tracking.updateRun(runId, { status: 'running', endedAtMs: null, jobId: job.id });
  const { dataset: name, version: number, digest } = version;
  return { recipe, plan, dataset: { files, name, version: number, digest }, assayVersion };
}

/** How the host treats a training: live metrics into the run, files and final metrics when it is done. */
export function trainingHandler(options: TrainingHandlerOptions): JobHandler<unknown, TrainJobOutput> {
  const { tracking, artifacts, clock } = options;
  const nested = createNestedRuns(options);
  return {
    kind: 'train',
    // The same recipe fails the same way again; a crash of the engine is another matter.
    maxAttempts: 1,
    resumable: true,
    takesSlot: true,

    prepare: (input, job) => prepareTraining(options, input, job),

    async onMessage(message, job) {
      const told = Message.parse(message);
      if (told.type === 'nested') await nested.take(told, job);
      else if (told.type === 'file') {
        const stored = await artifacts.put(Buffer.from(told.text));
        await tracking.attachArtifact(runOf(job), told.path, stored);
      } else await tracking.log(runOf(job), { metrics: told.points, params: {}, tags: {} });
    },

    async onSuccess(output, job, tmpDir): Promise<TrainResult> {
      const runId = runOf(job);
      const model = await artifacts.putFile(join(tmpDir, runFiles.model));
      await tracking.attachArtifact(runId, runFiles.model, model);
      for (const path of Object.values(runFiles)) {
        if (path === runFiles.model) continue;
        await tracking.attachArtifact(runId, path, await artifacts.putFile(join(tmpDir, path)));
      }
      for (const path of [coefficientsFile, ...Object.values(validationFiles)]) {
        if (!existsSync(join(tmpDir, path))) continue;
        await tracking.attachArtifact(runId, path, await artifacts.putFile(join(tmpDir, path)));
      }
      await nested.end(runId, 'killed');
      const timestampMs = clock.nowMs();
      const metrics = Object.entries(output.metrics).map(([key, value]) => ({
        key,
        value,
        step: 0,
        timestampMs,
      }));
      await tracking.log(runId, { metrics, params: output.facts, tags: { 'assay.model': model.digest } });
      const { notes } = await tracking.getRun(runId);
      const remarks = output.warnings.map((warning) => `- ${warning}`).join('\n');
      await tracking.updateRun(runId, {
        status: 'finished',
        endedAtMs: timestampMs,
        ...(remarks !== '' && notes === '' ? { notes: `**Worth a look**\n\n${remarks}\n` } : {}),
      });
      const { trainer, metrics: final, recipeDigest, seconds, warnings } = output;
      return { runId, trainer, metrics: final, modelDigest: model.digest, recipeDigest, seconds, warnings };
    },

    async onEnd(job) {
      const runId = runOf(job);
      const status = job.state === 'cancelled' ? 'killed' : 'failed';
      await tracking.updateRun(runId, { status, endedAtMs: clock.nowMs() });
      await nested.end(runId, status);
      if (job.error !== null) {
        const tags = { [errorTag]: `${job.error.code}: ${job.error.message}`.slice(0, 8000) };
        await tracking.log(runId, { metrics: [], params: {}, tags });
      }
    },
  };
}

function runOf(job: Job): string {
  if (job.runId === null) throw new AssayError('internal', 'A training job has no run.');
  return job.runId;
}
