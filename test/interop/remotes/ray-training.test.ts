import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildTrainingProgram } from '../../../build/build.ts';
import { type Job, type RecipeInput, TrainResult } from '../../../local-api/contract/index.ts';
import { startTestApi, type TestApi } from '../../kit/api.ts';
import { ended, importPenguins } from '../../kit/penguins.ts';
import { type RunningRay, rayMissing, startRay } from './ray-cluster.ts';

const missing = await rayMissing();
if (missing !== null) console.log(`Skipped: Ray cannot be had with pip: ${missing}`);

/** Node comes with pip and its packages with npm: minutes where the network is slow. */
const firstTimeMs = 600_000;

describe.skipIf(missing !== null)('training on a Ray cluster', () => {
  let ray: RunningRay;
  let api: TestApi;
  let dataset: string;
  beforeAll(async () => {
    await buildTrainingProgram();
    [ray, api] = await Promise.all([startRay(), startTestApi()]);
    dataset = await importPenguins(api.client);
    await api.client.targets.create({ body: { name: 'cluster', kind: 'ray', config: { url: ray.url } } });
  }, 300_000);
  afterAll(async () => {
    await api?.close();
    await ray?.stop();
  }, 300_000);

  const train = (trainer: RecipeInput['trainer'], on?: string): Promise<Job> =>
    api.client.training.start({
      body: {
        recipe: { task: 'classification', dataset, target: { column: 'Species' }, trainer, seed: 7 },
        ...(on === undefined ? {} : { on }),
      },
    });
  const logOf = async ({ id: jobId }: Job) =>
    (await api.client.jobs.logs({ params: { jobId } })).items.map(({ text }) => text);

  test(
    'the penguins give the same model, with its metrics and files, as they give here',
    async () => {
      const there = await train({ kind: 'linear' }, 'cluster');
      const last = await api.client.waitForJob(there.id);
      expect(last.error, (await logOf(there)).join('\n')).toBeNull();
      const here = TrainResult.parse((await ended(api.client, await train({ kind: 'linear' }))).result);
      const result = TrainResult.parse(last.result);
      expect(result).toMatchObject({ modelDigest: here.modelDigest, metrics: here.metrics });
      const files = async (runId: string) =>
        (await api.client.runs.artifacts({ params: { runId } })).items
          .filter(({ path }) => !path.startsWith('environment'))
          .map(({ path, digest }) => [path, digest]);
      expect(await files(result.runId)).toEqual(await files(here.runId));
      const run = await api.client.runs.get({ params: { runId: result.runId } });
      expect(run).toMatchObject({ status: 'finished', tags: { 'assay.trained_on': 'cluster' } });
    },
    firstTimeMs,
  );

  test(
    'what its node has not is told with the end of the output',
    async () => {
      await api.client.targets.create({
        body: {
          name: 'bare',
          kind: 'ray',
          config: { url: ray.url, trainingPackages: ['no-such-package-of-assay==9.9'] },
        },
      });
      const last = await api.client.waitForJob((await train({ kind: 'prior' }, 'bare')).id);
      expect(last).toMatchObject({ state: 'dead', error: { code: 'jobs/crashed' } });
      expect(JSON.stringify(last.error)).toContain('no-such-package-of-assay');
    },
    firstTimeMs,
  );

  test(
    'a cancel stops the job there',
    async () => {
      const job = await train({ kind: 'mlp', epochs: 1000, patience: 1000 }, 'cluster');
      const runId = job.runId ?? '';
      for (;;) {
        const { metrics } = await api.client.runs.get({ params: { runId } });
        if (Object.keys(metrics).length > 0) break;
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
      await api.client.jobs.cancel({ params: { jobId: job.id } });
      const run = await api.client.runs.get({ params: { runId } });
      expect(run.status).toBe('killed');
      const url = `${ray.url}/api/jobs/${run.tags['assay.remote_job']}`;
      for (;;) {
        const { status } = (await (await fetch(url)).json()) as { status: string };
        if (status === 'STOPPED') break;
        expect(status).toBe('RUNNING');
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    },
    firstTimeMs,
  );
});
