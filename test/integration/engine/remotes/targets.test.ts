import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runFiles } from '../../../../engine/training/index.ts';
import { type Push, RegisterRequest } from '../../../../local-api/contract/index.ts';
import { lateModel } from '../../../kit/models/sample-models.ts';
import { newRun, type TempWorkspace, tempWorkspace } from '../../../kit/workspace.ts';

let temp: TempWorkspace;
let folder: string;

beforeEach(async () => {
  temp = await tempWorkspace();
  folder = join(temp.dir, 'share');
  await mkdir(folder);
  await registerModel(temp);
  await temp.workspace.remotes.create({
    name: 'share',
    kind: 'folder',
    config: { path: folder },
    secrets: {},
  });
});
afterEach(() => temp.close());

/** A field that ONNX does not know, at the end of a model: the same answers, another digest. */
const unknownField = Buffer.from([0xfa, 0x3f, 0x01, 0x78]);

async function registerModel(
  { workspace }: TempWorkspace,
  version = '1.0.0',
  changed = false,
): Promise<void> {
  const { artifacts, models, tracking } = workspace;
  const { bytes, signature } = lateModel();
  const run = await tracking.createRun(
    newRun({ name: 'quick-otter', params: { depth: '3' }, status: 'finished' }),
  );
  const model = changed ? Buffer.concat([bytes, unknownField]) : bytes;
  await tracking.attachArtifact(run.id, runFiles.model, await artifacts.put(model));
  const text = Buffer.from(JSON.stringify(signature));
  await tracking.attachArtifact(run.id, runFiles.signature, await artifacts.put(text));
  await models.register('late', RegisterRequest.parse({ runId: run.id, version, aliases: ['champion'] }));
}

async function pushed(model = 'late'): Promise<Push> {
  const { jobs, remotes } = temp.workspace;
  const push = await remotes.push('share', { model, verify: true });
  await jobs.wait(push.jobId);
  return remotes.getPush(push.id);
}

async function pointers(): Promise<unknown> {
  return JSON.parse(await readFile(join(folder, 'late', 'versions.json'), 'utf8'));
}

describe('targets', () => {
  it('names every fault of the settings at once', async () => {
    const { remotes } = temp.workspace;
    const config = { url: 'nowhere', experiment: '', colour: 'red' };
    await expect(
      remotes.create({ name: 'team', kind: 'mlflow', config, secrets: { key: 'x' } }),
    ).rejects.toMatchObject({
      code: 'targets/bad-config',
      problems: expect.arrayContaining([
        expect.objectContaining({ path: '/config/url' }),
        expect.objectContaining({ path: '/config/experiment' }),
        expect.objectContaining({ path: '/config/colour' }),
        expect.objectContaining({ path: '/secrets/key' }),
      ]),
    });
    await expect(remotes.create({ name: 'x', kind: 'fax', config: {}, secrets: {} })).rejects.toMatchObject({
      code: 'targets/unknown-kind',
    });
    await expect(
      remotes.create({ name: 'SHARE', kind: 'folder', config: { path: folder }, secrets: {} }),
    ).rejects.toMatchObject({ code: 'targets/name-taken' });
  });

  it('keep their secrets apart, and lose them when they are removed', async () => {
    const { remotes, secrets } = temp.workspace;
    const url = 'http://localhost:9';
    const made = await remotes.create({
      name: 'team',
      kind: 'mlflow',
      config: { url },
      secrets: { token: 'abc' },
    });
    expect(made).toMatchObject({ secrets: ['token'], config: { url, experiment: 'assay', aliases: true } });
    await remotes.update('team', { name: 'crew', secrets: { token: 'def' } });
    expect(await secrets.get(`targets/${made.id}/token`)).toBe('def');
    await remotes.delete('crew');
    expect(await secrets.names('targets/')).toEqual([]);
  });

  it('say where the way ends', async () => {
    const { remotes } = temp.workspace;
    expect(await remotes.check('share')).toMatchObject({ ok: true });
    await rm(folder, { recursive: true });
    const check = await remotes.check('share');
    expect(check).toMatchObject({ ok: false, findings: [{ check: 'path', level: 'error' }] });
    expect((await remotes.get('share')).lastCheck).toEqual(check);
    const url = 'http://name.invalid';
    await remotes.create({ name: 'far', kind: 'mlflow', config: { url }, secrets: {} });
    expect((await remotes.check('far')).findings).toMatchObject([{ check: 'name', level: 'error' }]);
  });
});

describe('a push to a folder', () => {
  it('leaves a whole version with what names it, and answers alike when it is read back', async () => {
    const plan = await temp.workspace.remotes.plan('share', 'late');
    expect(plan).toMatchObject({ verdict: 'new', version: '1.0.0' });
    expect(await readdir(folder)).toEqual([]);
    const push = await pushed();
    expect(push).toMatchObject({ state: 'pushed', error: null, verification: { ok: true } });
    expect(push.receipt).toMatchObject({ filesSent: plan.filesToSend, bytesSent: plan.bytesToSend });
    expect(await readdir(join(folder, 'late'))).toEqual(['1.0.0', 'versions.json']);
    expect(await pointers()).toEqual({ latest: '1.0.0', aliases: { champion: '1.0.0' } });
  });

  it('sends nothing the second time, and moves names to a new version', async () => {
    await pushed();
    expect((await pushed()).receipt).toMatchObject({ filesSent: 0, bytesSent: 0 });
    expect(await temp.workspace.remotes.plan('share', 'late')).toMatchObject({ verdict: 'same' });
    await registerModel(temp, '1.10.0', true);
    expect((await temp.workspace.remotes.plan('share', 'late')).lines).toContainEqual(
      expect.objectContaining({ what: 'alias', name: 'champion', detail: 'moves from 1.0.0 to 1.10.0' }),
    );
    await pushed();
    expect(await pointers()).toEqual({ latest: '1.10.0', aliases: { champion: '1.10.0' } });
  });

  it('refuses another model under a version that is there, which stays as it is', async () => {
    await pushed();
    const before = await readFile(join(folder, 'late', '1.0.0', 'model.onnx'));
    await temp.workspace.models.delete('late');
    await registerModel(temp, '1.0.0', true);
    expect(await temp.workspace.remotes.plan('share', 'late')).toMatchObject({ verdict: 'conflict' });
    expect(await pushed()).toMatchObject({ state: 'failed', error: { code: 'targets/conflict' } });
    expect(await readFile(join(folder, 'late', '1.0.0', 'model.onnx'))).toEqual(before);
  });

  it('waits for a share that is away, survives a restart, and goes on when it is back', async () => {
    await rename(folder, `${folder}.away`);
    const push = await pushed();
    expect(push).toMatchObject({ state: 'waiting', error: { code: 'targets/unreachable' } });
    expect(await temp.workspace.remotes.get('share')).toMatchObject({ waiting: 1 });
    const { remotes, jobs, store } = await temp.reopen();
    await rename(`${folder}.away`, folder);
    await remotes.lookAfter();
    expect((await remotes.getPush(push.id)).state).toBe('waiting');
    await store.db.updateTable('pushes').set({ next_attempt_at_ms: 0 }).execute();
    await remotes.lookAfter();
    await jobs.wait((await remotes.getPush(push.id)).jobId);
    expect(await remotes.getPush(push.id)).toMatchObject({ state: 'pushed', attempts: 2 });
  });

  it('can be given up while it waits', async () => {
    await rm(folder, { recursive: true });
    const push = await pushed();
    expect(await temp.workspace.remotes.cancelPush(push.id)).toMatchObject({ state: 'cancelled' });
    await expect(temp.workspace.remotes.cancelPush(push.id)).rejects.toMatchObject({ code: 'pushes/ended' });
  });

  it('keeps its receipt when the target is removed', async () => {
    const { id } = await pushed();
    await temp.workspace.remotes.delete('share');
    expect(await temp.workspace.remotes.getPush(id)).toMatchObject({
      targetId: null,
      target: 'share',
      state: 'pushed',
    });
  });

  it('is noticed when it was changed or removed there', async () => {
    const { id } = await pushed();
    const { remotes } = temp.workspace;
    expect(await remotes.observe(id)).toMatchObject({ remoteState: 'in-sync' });
    await writeFile(join(folder, 'late', '1.0.0', 'README.md'), 'other');
    expect(await remotes.observe(id)).toMatchObject({ remoteState: 'changed' });
    await rm(join(folder, 'late', '1.0.0'), { recursive: true });
    expect(await remotes.observe(id)).toMatchObject({ remoteState: 'gone' });
    await rm(folder, { recursive: true });
    expect(await remotes.observe(id)).toMatchObject({
      remoteState: 'gone',
      remoteDetail: expect.stringContaining('disk'),
    });
  });

  it('tells when what came back is not what was sent', async () => {
    await pushed();
    await writeFile(join(folder, 'late', '1.0.0', 'model.onnx'), 'broken');
    const again = await pushed();
    expect(again.verification).toMatchObject({ ok: false });
    expect(again.remoteState).toBe('changed');
  });
});

describe('a pull from a folder', () => {
  it('gives an empty workspace the same version, once', async () => {
    await pushed();
    const other = await tempWorkspace();
    try {
      const { remotes, jobs, models, tracking } = other.workspace;
      await remotes.create({ name: 'share', kind: 'folder', config: { path: folder }, secrets: {} });
      for (let times = 0; times < 2; times += 1) {
        const job = await jobs.wait((await remotes.pull('share', { model: 'late@champion' })).id);
        expect(job.error).toBeNull();
        expect(job).toMatchObject({ state: 'succeeded', result: { model: 'late', version: '1.0.0' } });
      }
      const here = await temp.workspace.models.getVersion('late', '1.0.0');
      const there = await models.getVersion('late', '@champion');
      expect(there).toMatchObject({ digest: here.digest, runId: here.runId, signature: here.signature });
      expect((await tracking.getRun(there.runId ?? '')).params).toMatchObject({ depth: '3' });
      // The bundle is kept as it came: pushed back, nothing differs.
      expect(await remotes.plan('share', 'late')).toMatchObject({ verdict: 'same', filesToSend: 0 });
    } finally {
      await other.close();
    }
  });

  it('refuses files that are not as they were signed, and writes nothing', async () => {
    await pushed();
    const { remotes, jobs } = temp.workspace;
    const readme = join(folder, 'late', '1.0.0', 'README.md');
    await writeFile(readme, (await readFile(readme, 'utf8')).replace('late', 'LATE'));
    const job = await jobs.wait((await remotes.pull('share', { model: 'late', as: 'other' })).id);
    expect(job).toMatchObject({ state: 'failed', error: { code: 'targets/damaged' } });
    await expect(temp.workspace.models.get('other')).rejects.toMatchObject({ code: 'models/not-found' });
  });

  it('never writes to a run that holds another model, whatever the far end says', async () => {
    await pushed();
    const other = await tempWorkspace();
    try {
      const { remotes, jobs, models, tracking, artifacts } = other.workspace;
      const theirs = await temp.workspace.models.getVersion('late', '1.0.0');
      await tracking.importRun({
        id: theirs.runId ?? '',
        experimentId: '0',
        name: 'mine',
        status: 'finished',
        startedAtMs: 1,
        endedAtMs: 2,
        params: {},
        tags: {},
      });
      await tracking.attachArtifact(
        theirs.runId ?? '',
        runFiles.model,
        await artifacts.put(Buffer.from('mine')),
      );
      await remotes.create({ name: 'share', kind: 'folder', config: { path: folder }, secrets: {} });
      await jobs.wait((await remotes.pull('share', { model: 'late' })).id);
      const version = await models.getVersion('late', '1.0.0');
      expect(version.runId).not.toBe(theirs.runId);
      expect(version.digest).toBe(theirs.digest);
      expect((await tracking.getRun(theirs.runId ?? '')).name).toBe('mine');
    } finally {
      await other.close();
    }
  });

  it('names what is not there', async () => {
    const { remotes, jobs } = temp.workspace;
    const job = await jobs.wait((await remotes.pull('share', { model: 'early' })).id);
    expect(job).toMatchObject({ state: 'failed', error: { code: 'targets/not-there' } });
  });
});
