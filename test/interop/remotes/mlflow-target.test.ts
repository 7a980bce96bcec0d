import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runFiles } from '../../../engine/training/index.ts';
import { type Push, PushPlan, RegisterRequest } from '../../../local-api/contract/index.ts';
import { type FaultProxy, startFaultProxy } from '../../kit/fault-proxy.ts';
import { lateModel } from '../../kit/models/sample-models.ts';
import { logBatch, newRun, type TempWorkspace, tempWorkspace } from '../../kit/workspace.ts';
import { type MlflowServer, startMlflowServer } from '../mlflow-server.ts';
import { newestMlflow, pythonWithMlflow } from '../python.ts';

const { name, requirements, given } = newestMlflow;
const found = await pythonWithMlflow(name, requirements, given);
if ('missing' in found) console.log(`Skipped: no Python with mlflow: ${found.missing}`);
const python = 'python' in found ? found.python : '';

let server: MlflowServer;
let proxy: FaultProxy;
let temp: TempWorkspace;
let model: string;
let count = 0;

beforeAll(async () => {
  if (python !== '') server = await startMlflowServer(python);
}, 150_000);
afterAll(() => server?.close());
beforeEach(async () => {
  if (python === '') return;
  proxy = await startFaultProxy(server.url);
  temp = await tempWorkspace();
  count += 1;
  model = `late-${count}`;
  await registerModel(temp, model);
  await temp.workspace.remotes.create({
    name: 'team',
    kind: 'mlflow',
    config: { url: proxy.url },
    secrets: {},
  });
});
afterEach(async () => {
  if (python === '') return;
  await temp.close();
  await proxy.close();
});

/** A model as trainings leave it, with params, metrics and a file of evaluation. */
async function registerModel({ workspace }: TempWorkspace, modelName: string, version = '1.0.0', tag = 'a') {
  const { artifacts, models, tracking } = workspace;
  const { bytes, signature } = lateModel();
  const run = await tracking.createRun(
    newRun({ name: 'quick-otter', params: { trainer: 'linear', depth: '3' } }),
  );
  await tracking.log(
    run.id,
    logBatch({ metrics: [{ key: 'auc', value: 0.91, step: 0, timestampMs: 1_750_000_000_000 }] }),
  );
  const attach = async (path: string, content: Uint8Array) =>
    tracking.attachArtifact(run.id, path, await artifacts.put(content));
  await attach(runFiles.model, tag === 'a' ? bytes : Buffer.concat([bytes, unknownField]));
  await attach(runFiles.signature, Buffer.from(JSON.stringify(signature)));
  await tracking.updateRun(run.id, { status: 'finished' });
  return models.register(
    modelName,
    RegisterRequest.parse({ runId: run.id, version, aliases: ['champion'], tags: { team: 'ops' } }),
  );
}

/** A field that ONNX does not know, at the end of a model: the same answers, another digest. */
const unknownField = Buffer.from([0xfa, 0x3f, 0x01, 0x78]);

async function ended(push: Push): Promise<Push> {
  const { jobs, remotes } = temp.workspace;
  await jobs.wait(push.jobId);
  return remotes.getPush(push.id);
}

async function pushed(modelRef = model): Promise<Push> {
  return ended(await temp.workspace.remotes.push('team', { model: modelRef, verify: true }));
}

async function fromServer(path: string): Promise<unknown> {
  const answer = await fetch(`${server.url}/api/2.0/mlflow/${path}`);
  return answer.json();
}

function filesSent(): string[] {
  return proxy.seen
    .filter(({ method, path }) => method === 'PUT' && path.includes('/artifacts/'))
    .map(({ path }) => path);
}

describe.skipIf('missing' in found)('a real MLflow server as a target', () => {
  it('is checked step by step', async () => {
    const check = await temp.workspace.remotes.check('team');
    expect(check.findings.filter(({ level }) => level !== 'ok')).toEqual([]);
    expect(check.findings.map((finding) => finding.check)).toEqual(
      expect.arrayContaining(['name', 'connection', 'path']),
    );
  });

  it('shows a plan, takes run, files, version, aliases and tags, and answers alike when it is pulled back', async () => {
    const plan = await temp.workspace.remotes.plan('team', model);
    expect(PushPlan.parse(plan)).toMatchObject({ verdict: 'new', model, version: '1.0.0' });
    expect(filesSent()).toEqual([]);

    const push = await pushed();
    expect(push.error).toBeNull();
    expect(push).toMatchObject({ state: 'pushed', remoteState: 'in-sync', verification: { ok: true } });
    expect(push.receipt?.filesSent).toBe(plan.filesToSend);
    expect(push.receipt?.bytesSent).toBe(plan.bytesToSend);

    const there = await fromServer(`registered-models/get?name=${model}`);
    expect(there).toMatchObject({ registered_model: { aliases: [{ alias: 'champion', version: '1' }] } });
    expect(await fromServer(`model-versions/get?name=${model}&version=1`)).toMatchObject({
      model_version: { status: 'READY', tags: expect.arrayContaining([{ key: 'team', value: 'ops' }]) },
    });
    const run = await fromServer(`runs/get?run_id=${push.receipt?.remoteIds.run}`);
    expect(run).toMatchObject({
      run: {
        info: { status: 'FINISHED', run_name: 'quick-otter' },
        data: {
          params: expect.arrayContaining([{ key: 'depth', value: '3' }]),
          metrics: [{ key: 'auc', value: 0.91 }],
        },
      },
    });
  });

  it('holds a model that the real client loads by its alias and that answers', async () => {
    await pushed();
    const script = `
import json, sys, mlflow, pandas
model = mlflow.pyfunc.load_model("models:/${model}@champion")
example = model.input_example if hasattr(model, "input_example") else None
frame = mlflow.models.Model.load("models:/${model}@champion").load_input_example("models:/${model}@champion") if example is None else example
print(json.dumps(model.predict(frame).to_dict("list"), default=str))
`;
    const env = { ...process.env, MLFLOW_TRACKING_URI: server.url };
    const { stdout } = await promisify(execFile)(python, ['-c', script], { env, timeout: 120_000 });
    const answers: unknown = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    expect(Object.keys(answers as object)).toEqual(['label', 'probability_on time', 'probability_late']);
  });

  it('takes no file at the second push of a version', async () => {
    await pushed();
    proxy.seen.length = 0;
    const again = await pushed();
    expect(again).toMatchObject({ state: 'pushed', receipt: { filesSent: 0, bytesSent: 0 } });
    expect(filesSent()).toEqual([]);
    expect(await temp.workspace.remotes.plan('team', model)).toMatchObject({
      verdict: 'same',
      filesToSend: 0,
    });
  });

  it('gets the files that were lost there with the next push, and nothing else', async () => {
    const { receipt } = await pushed();
    const uri = await fromServer(`model-versions/get-download-uri?name=${model}&version=1`);
    const folder = String((uri as { artifact_uri: string }).artifact_uri).replace('mlflow-artifacts:/', '');
    await fetch(`${server.url}/api/2.0/mlflow-artifacts/artifacts/${folder}/card.md`, { method: 'DELETE' });
    const [push] = await temp.workspace.remotes.listPushes({ limit: 1 });
    expect(await temp.workspace.remotes.observe(push?.id ?? '')).toMatchObject({ remoteState: 'changed' });
    const again = await pushed();
    expect(again.receipt?.files.filter(({ sent }) => sent).map(({ path }) => path)).toEqual(['card.md']);
    expect(again.receipt?.remoteIds.version).toBe(receipt?.remoteIds.version);
  });

  it('goes on where a push was cut off, and has no version before the last file is there', async () => {
    let cuts = 0;
    proxy.fault = ({ method, path }) => {
      if (method !== 'PUT' || !path.endsWith('/model.pyfunc.onnx')) return null;
      cuts += 1;
      return { type: 'cut', cutAfter: 0 };
    };
    const first = await pushed();
    expect(first).toMatchObject({ state: 'waiting', error: { code: 'targets/unreachable' } });
    expect(cuts).toBe(4);
    expect(JSON.stringify(await fromServer(`registered-models/get?name=${model}`))).toContain(
      'RESOURCE_DOES_NOT_EXIST',
    );
    const before = new Set(filesSent().filter((path) => !path.endsWith('/model.pyfunc.onnx')));

    proxy.fault = () => null;
    proxy.seen.length = 0;
    const second = await pushed();
    expect(second).toMatchObject({ id: first.id, state: 'pushed', verification: { ok: true } });
    expect(filesSent().filter((path) => before.has(path))).toEqual([]);
    const runs = await fetch(`${server.url}/api/2.0/mlflow/runs/search`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ experiment_ids: ['1'], filter: `tags.\`assay.version\` = '${model}/1.0.0'` }),
    });
    expect(((await runs.json()) as { runs: unknown[] }).runs).toHaveLength(1);
  });

  it('refuses another model under a version that is there, and shows it in the plan', async () => {
    await pushed();
    const other = await tempWorkspace();
    try {
      await registerModel(other, model, '1.0.0', 'b');
      const { remotes, jobs } = other.workspace;
      await remotes.create({ name: 'team', kind: 'mlflow', config: { url: server.url }, secrets: {} });
      expect(await remotes.plan('team', model)).toMatchObject({ verdict: 'conflict' });
      const push = await remotes.push('team', { model, verify: true });
      await jobs.wait(push.jobId);
      expect(await remotes.getPush(push.id)).toMatchObject({
        state: 'failed',
        error: { code: 'targets/conflict' },
      });
    } finally {
      await other.close();
    }
  });

  it('gives a version to an empty workspace: same digest, same run, same answers', async () => {
    await pushed();
    const other = await tempWorkspace();
    try {
      const { remotes, jobs, models, serving } = other.workspace;
      await remotes.create({ name: 'team', kind: 'mlflow', config: { url: server.url }, secrets: {} });
      const job = await jobs.wait((await remotes.pull('team', { model: `${model}@champion` })).id);
      expect(job.error).toBeNull();
      const here = await temp.workspace.models.getVersion(model, '1.0.0');
      const there = await models.getVersion(model, '@champion');
      expect(there).toMatchObject({
        version: '1.0.0',
        digest: here.digest,
        runId: here.runId,
        tags: { team: 'ops' },
      });
      const rows = [{ distance: 120 }, { distance: 3000 }];
      const { milliseconds: _, ...answers } = await serving.predict({ model, rows });
      const { milliseconds: __, ...own } = await temp.workspace.serving.predict({ model, rows });
      expect(answers).toEqual(own);
      await jobs.wait((await remotes.pull('team', { model })).id);
      expect((await models.get(model)).versions).toBe(1);
      expect(await remotes.plan('team', model)).toMatchObject({ verdict: 'same', filesToSend: 0 });
    } finally {
      await other.close();
    }
  });

  it('says what is wrong: credentials, a full disk, an address without MLflow', async () => {
    proxy.fault = () => ({ type: 'answer', status: 401, body: 'You are not authenticated.' });
    expect((await temp.workspace.remotes.check('team')).findings.at(-1)).toMatchObject({
      check: 'credentials',
      level: 'error',
    });
    expect(await pushed()).toMatchObject({ state: 'failed', error: { code: 'targets/unauthorized' } });

    proxy.fault = ({ method }) =>
      method === 'PUT'
        ? { type: 'answer', status: 500, body: '{"message":"[Errno 28] No space left on device"}' }
        : null;
    expect(await pushed()).toMatchObject({ state: 'failed', error: { code: 'targets/full' } });

    proxy.fault = () => ({ type: 'answer', status: 404, body: '<html>Not Found</html>' });
    expect((await temp.workspace.remotes.check('team')).findings.at(-1)).toMatchObject({
      check: 'path',
      level: 'error',
    });
  });

  it('waits for a server that is down and goes on by itself when its time has come', async () => {
    await temp.workspace.remotes.update('team', { config: { url: 'http://127.0.0.1:9' } });
    const push = await pushed();
    expect(push).toMatchObject({ state: 'waiting', error: { code: 'targets/unreachable' } });
    expect(push.nextAttemptAtMs).toBeGreaterThan(Date.now());
    await temp.workspace.remotes.update('team', { config: { url: proxy.url } });
    await temp.workspace.remotes.lookAfter();
    expect(await ended(await temp.workspace.remotes.getPush(push.id))).toMatchObject({ state: 'pushed' });
  });

  it('notices what is gone there', async () => {
    const push = await pushed();
    await fetch(`${server.url}/api/2.0/mlflow/model-versions/delete`, {
      method: 'DELETE',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: model, version: '1' }),
    });
    expect(await temp.workspace.remotes.observe(push.id)).toMatchObject({ remoteState: 'gone' });
  });

  it('keeps secrets out of everything it shows', async () => {
    const { remotes } = temp.workspace;
    const made = await remotes.create({
      name: 'sealed',
      kind: 'mlflow',
      config: { url: proxy.url, username: 'ada' },
      secrets: { password: 'correct-horse' },
    });
    expect(made.secrets).toEqual(['password']);
    expect(JSON.stringify([made, await remotes.list()])).not.toContain('correct-horse');
    let sent = '';
    proxy.fault = ({ headers }) => {
      sent = headers.authorization ?? '';
      return { type: 'answer', status: 403, body: 'correct-horse may not' };
    };
    const check = await remotes.check('sealed');
    expect(Buffer.from(sent.replace('Basic ', ''), 'base64').toString()).toBe('ada:correct-horse');
    expect(JSON.stringify(check)).not.toContain('correct-horse');
  });
});
