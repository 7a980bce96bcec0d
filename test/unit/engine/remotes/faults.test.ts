import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderKind } from '../../../../engine/remotes/folder/folder-kind.ts';
import { gitKind } from '../../../../engine/remotes/git/git-kind.ts';
import { hubKind } from '../../../../engine/remotes/hub/hub-kind.ts';
import { mlflowKind } from '../../../../engine/remotes/mlflow/mlflow-kind.ts';
import { azureKind } from '../../../../engine/remotes/object-store/azure-kind.ts';
import { gcsKind } from '../../../../engine/remotes/object-store/gcs-kind.ts';
import { s3Kind } from '../../../../engine/remotes/object-store/s3-kind.ts';
import { ociKind } from '../../../../engine/remotes/oci/oci-kind.ts';
import type { Remote } from '../../../../engine/remotes/target.ts';
import type { PushReceipt } from '../../../../local-api/contract/index.ts';
import { echoModel, flightInputs, regressionSignature } from '../../../kit/models/sample-models.ts';
import { farAzure } from '../../../kit/remotes/far-azure.ts';
import type { FarEnd, Fault } from '../../../kit/remotes/far-end.ts';
import { farGcs, gcsToken } from '../../../kit/remotes/far-gcs.ts';
import { farGitServer, gitMissing } from '../../../kit/remotes/far-git.ts';
import { farHub } from '../../../kit/remotes/far-hub.ts';
import { farMlflow } from '../../../kit/remotes/far-mlflow.ts';
import { farRegistry } from '../../../kit/remotes/far-registry.ts';
import { farS3 } from '../../../kit/remotes/far-s3.ts';
import { pushContext, pushedBundle, receiptOf } from '../../../kit/remotes/sample-push.ts';
import { tempFolder } from '../../../kit/temp-folder.ts';

/** What goes wrong with requests: all of them, or those that send. */
type Trouble = { fault: Fault; only: 'all' | 'sending'; after?: number } | null;
type Far = { remote: Remote; trouble(trouble: Trouble): void };

/** Troubles of a far end in this process; of several, where a service stores with another host. */
function troubled(remote: Remote, ...ends: FarEnd[]): Far {
  return {
    remote,
    trouble(trouble) {
      let sent = 0;
      const fault: FarEnd['fault'] = ({ method, headers }) => {
        if (trouble === null) return null;
        if (trouble.only === 'all') return trouble.fault;
        const isSending = ['PUT', 'POST', 'PATCH'].includes(method) && headers['content-length'] !== '0';
        if (!isSending) return null;
        sent += 1;
        return sent > (trouble.after ?? 0) ? trouble.fault : null;
      };
      for (const end of ends) end.fault = fault;
    },
  };
}

const kinds: Record<string, () => Promise<Far>> = {
  async mlflow() {
    const far = await farMlflow();
    return troubled(await mlflowKind.open({ url: far.origin, token: 'token' }), far);
  },
  async oci() {
    const far = await farRegistry();
    return troubled(await ociKind.open({ registry: far.origin, repository: 'team/models' }), far);
  },
  async s3() {
    const far = await farS3();
    const keys = { accessKeyId: 'key', secretAccessKey: 'secret' };
    return troubled(await s3Kind.open({ ...keys, endpoint: far.origin, bucket: 'models' }), far);
  },
  async 'azure-blob'() {
    const far = await farAzure();
    const settings = { account: 'team', accountKey: 'a2V5', container: 'models', endpoint: far.origin };
    return troubled(await azureKind.open(settings), far);
  },
  async gcs() {
    const far = await farGcs();
    const settings = { bucket: 'models', endpoint: far.origin, accessToken: gcsToken };
    return troubled(await gcsKind.open(settings), far);
  },
  async 'hugging-face'() {
    const far = await farHub({ token: 'hf_right' });
    const remote = await hubKind.open({ owner: 'team', token: 'hf_right', endpoint: far.origin });
    return troubled(remote, far, far.storage);
  },
  async git() {
    const far = await farGitServer('token');
    const remote = await gitKind.open({ url: far.url, token: 'token' });
    return {
      remote,
      trouble(trouble) {
        far.fault = ({ method, path }) => {
          if (trouble === null) return null;
          const isSending = method === 'POST' && path.endsWith('git-receive-pack');
          if (trouble.only === 'sending' && !isSending) return null;
          return typeof trouble.fault === 'object' ? trouble.fault.status : 'cut';
        };
      },
    };
  },
};
const refused = { status: 401, headers: { 'www-authenticate': 'Basic realm="far"' } };
const missing = gitMissing();
if (missing !== null) console.log(`Skipped for git: ${missing}`);
const names = Object.keys(kinds).filter((name) => name !== 'git' || missing === null);
const start = (name: string) => (kinds[name] ?? (() => Promise.reject(new Error(name))))();

const isNotThere = (remote: Remote) =>
  expect(remote.pull?.('Late flights', tempFolder(), pushContext())).rejects.toMatchObject({
    code: 'targets/not-there',
  });
/** A push that goes through, and is what was sent. */
async function pushesWell(remote: Remote, saved: unknown = null): Promise<PushReceipt> {
  const bundle = await pushedBundle();
  const receipt = receiptOf(bundle, await remote.push(bundle, pushContext({ saved })));
  const checks = await remote.verify(receipt, bundle, pushContext());
  expect(checks.filter(({ ok }) => !ok)).toEqual([]);
  expect(await remote.observe(receipt, pushContext())).toMatchObject({ state: 'in-sync' });
  return receipt;
}

describe.each(names)('a target of kind %s', (name) => {
  test.each([
    ['down', { fault: { status: 503 }, only: 'all' }, 'targets/unreachable'],
    ['refusing the credentials', { fault: refused, only: 'all' }, 'targets/unauthorized'],
    ['forbidding to write', { fault: { status: 403 }, only: 'sending' }, 'targets/unauthorized'],
    ['full', { fault: { status: 507, body: 'no space left on device' }, only: 'sending' }, 'targets/full'],
    ['cut at the beginning', { fault: 'cut', only: 'sending' }, 'targets/unreachable'],
    ['cut in the middle', { fault: 'cut', only: 'sending', after: 4 }, 'targets/unreachable'],
  ] as const)(
    'that is %s says so, publishes nothing, and takes the version afterwards',
    async (_, trouble, code) => {
      const { remote, trouble: make } = await start(name);
      make(trouble);
      const context = pushContext({ tries: 2 });
      const failure = await remote.push(await pushedBundle(), context).catch((thrown: unknown) => thrown);
      expect(failure).toMatchObject({ code });
      make(null);
      await isNotThere(remote);
      await pushesWell(remote, context.record.saved);
    },
  );

  test('that has another model under the version refuses, and keeps that one', async () => {
    const { remote } = await start(name);
    const bundle = await pushedBundle();
    const receipt = receiptOf(bundle, await remote.push(bundle, pushContext()));
    const signature = regressionSignature(flightInputs);
    const other = await pushedBundle({}, {}, { bytes: echoModel(flightInputs), signature });
    expect((await remote.plan(other, pushContext())).verdict).toBe('conflict');
    await expect(remote.push(other, pushContext())).rejects.toMatchObject({ code: 'targets/conflict' });
    expect(await remote.observe(receipt, pushContext())).toMatchObject({ state: 'in-sync' });
  });

  test('that is down is reported by its check', async () => {
    const { remote, trouble } = await start(name);
    trouble({ fault: { status: 503 }, only: 'all' });
    expect((await remote.check(pushContext({ tries: 1 }))).at(-1)).toMatchObject({ level: 'error' });
  });
});

test.each(['mlflow', 'oci', 's3', 'azure-blob', 'gcs'])(
  'a target of kind %s is not sent again what it has after a cut',
  async (name) => {
    const { remote, trouble } = await start(name);
    trouble({ fault: 'cut', only: 'sending', after: 10 });
    const context = pushContext({ tries: 1 });
    await expect(remote.push(await pushedBundle(), context)).rejects.toMatchObject({
      code: 'targets/unreachable',
    });
    trouble(null);
    const { files } = await pushesWell(remote, context.record.saved);
    const sent = files.filter((file) => file.sent).length;
    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThanOrEqual(files.length - 4);
  },
);

/** Git gives up on a connection without bytes by itself, after a minute. */
test.each(names.filter((name) => name !== 'git'))(
  'a target of kind %s that does not answer counts as out of reach',
  async (name) => {
    const { remote, trouble } = await start(name);
    trouble({ fault: 'slow', only: 'sending' });
    const push = remote.push(await pushedBundle(), pushContext({ tries: 1, idleMs: 300 }));
    await expect(push).rejects.toMatchObject({ code: 'targets/unreachable' });
    trouble(null);
    await isNotThere(remote);
  },
);

describe('a folder', () => {
  test('that is not connected is waited for, and takes the version once it is there', async () => {
    const path = join(tempFolder(), 'share');
    const remote = await folderKind.open({ path });
    await expect(remote.push(await pushedBundle(), pushContext())).rejects.toMatchObject({
      code: 'targets/unreachable',
    });
    mkdirSync(path);
    await pushesWell(remote);
    renameSync(path, `${path}-away`);
    const receipt = receiptOf(await pushedBundle(), {
      where: path,
      link: null,
      remoteIds: { model: 'Late flights', version: '1.0.0', folder: join(path, 'Late flights', '1.0.0') },
      files: [],
    });
    expect(await remote.observe(receipt, pushContext())).toMatchObject({ state: 'unknown' });
  });

  test('leaves nothing of a push that was stopped in the middle', async () => {
    const path = tempFolder();
    const remote = await folderKind.open({ path });
    const stop = new AbortController();
    const context = pushContext({ signal: stop.signal });
    context.sent = () => stop.abort(new Error('stopped'));
    await expect(remote.push(await pushedBundle(), context)).rejects.toThrow('stopped');
    await isNotThere(remote);
    await pushesWell(remote);
  });

  test('that has another model under the version refuses', async () => {
    const remote = await folderKind.open({ path: tempFolder() });
    await pushesWell(remote);
    const signature = regressionSignature(flightInputs);
    const other = await pushedBundle({}, {}, { bytes: echoModel(flightInputs), signature });
    await expect(remote.push(other, pushContext())).rejects.toMatchObject({ code: 'targets/conflict' });
    await pushesWell(remote);
  });
});
