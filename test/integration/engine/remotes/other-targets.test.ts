import { expect, it } from 'vitest';
import { runFiles } from '../../../../engine/training/index.ts';
import { RegisterRequest } from '../../../../local-api/contract/index.ts';
import { lateModel } from '../../../kit/models/sample-models.ts';
import { farAzure } from '../../../kit/remotes/far-azure.ts';
import { farGcs } from '../../../kit/remotes/far-gcs.ts';
import { farGitServer, gitMissing } from '../../../kit/remotes/far-git.ts';
import { newRun, type TempWorkspace, tempWorkspace } from '../../../kit/workspace.ts';

type Settings = { kind: string; config: Record<string, string>; secrets: Record<string, string> };

const kinds: Record<string, () => Promise<Settings>> = {
  async 'azure-blob'() {
    const { origin: endpoint } = await farAzure();
    const accountKey = Buffer.from('a key for tests alone').toString('base64');
    return {
      kind: 'azure-blob',
      config: { account: 'team', container: 'models', endpoint },
      secrets: { accountKey },
    };
  },
  async gcs() {
    const { origin: endpoint, keyFile: serviceAccount } = await farGcs();
    return { kind: 'gcs', config: { bucket: 'models', endpoint }, secrets: { serviceAccount } };
  },
  async git() {
    const { url } = await farGitServer('secret-token');
    return { kind: 'git', config: { url }, secrets: { token: 'secret-token' } };
  },
};
const missing = gitMissing();
if (missing !== null) console.log(`Skipped for git: ${missing}`);
const names = Object.keys(kinds).filter((name) => name !== 'git' || missing === null);

async function registerModel({ workspace }: TempWorkspace): Promise<void> {
  const { artifacts, models, tracking } = workspace;
  const { bytes, signature } = lateModel();
  const run = await tracking.createRun(newRun({ name: 'quick-otter', status: 'finished' }));
  await tracking.attachArtifact(run.id, runFiles.model, await artifacts.put(bytes));
  const text = Buffer.from(JSON.stringify(signature));
  await tracking.attachArtifact(run.id, runFiles.signature, await artifacts.put(text));
  await models.register(
    'late',
    RegisterRequest.parse({ runId: run.id, version: '1.0.0', aliases: ['champion'] }),
  );
}

it.each(names)('%s: pushed by a job, verified, and pulled by an empty workspace', async (name) => {
  const settings = await kinds[name]?.();
  if (settings === undefined) throw new Error(name);
  const temp = await tempWorkspace();
  const other = await tempWorkspace();
  try {
    await registerModel(temp);
    const { remotes, jobs, models } = temp.workspace;
    const target = await remotes.create({ name: 'far', ...settings });
    expect((await remotes.check('far')).findings.filter(({ level }) => level !== 'ok')).toEqual([]);
    const push = async () => {
      const { id, jobId } = await remotes.push('far', { model: 'late', verify: true });
      await jobs.wait(jobId);
      return remotes.getPush(id);
    };
    const first = await push();
    expect(first.error).toBeNull();
    expect(first).toMatchObject({ state: 'pushed', remoteState: 'in-sync', verification: { ok: true } });
    expect((await push()).receipt).toMatchObject({ filesSent: 0, bytesSent: 0 });
    const seen = JSON.stringify([target, first, await jobs.logs(first.jobId, 0, 1000)]);
    for (const secret of Object.values(settings.secrets)) expect(seen).not.toContain(secret);

    const there = other.workspace;
    await there.remotes.create({ name: 'far', ...settings });
    const pulled = await there.jobs.wait((await there.remotes.pull('far', { model: 'late@champion' })).id);
    expect(pulled.error).toBeNull();
    const version = await there.models.getVersion('late', '@champion');
    expect(version.digest).toBe((await models.getVersion('late', '1.0.0')).digest);
    expect(await there.remotes.plan('far', 'late')).toMatchObject({ verdict: 'same', filesToSend: 0 });
  } finally {
    await temp.close();
    await other.close();
  }
});
