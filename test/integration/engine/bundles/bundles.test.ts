import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { verifyBundle } from '../../../../engine/bundles/index.ts';
import type { Workspace } from '../../../../engine/index.ts';
import {
  BundleReport,
  ExportResult,
  ImportBundleResult,
  type Job,
  RegisterRequest,
} from '../../../../local-api/contract/index.ts';
import { lateModel } from '../../../kit/models/sample-models.ts';
import { tempFolder } from '../../../kit/temp-folder.ts';
import { newRun, type TempWorkspace, tempWorkspace } from '../../../kit/workspace.ts';

let source: TempWorkspace;
let target: TempWorkspace;
beforeEach(async () => {
  [source, target] = await Promise.all([tempWorkspace(), tempWorkspace()]);
});
afterEach(async () => {
  await Promise.all([source.close(), target.close()]);
});

/** A registered version with a run and data behind it. */
async function registered({ workspace }: TempWorkspace, card = '# Late\n') {
  const { tracking, artifacts, models } = workspace;
  const { bytes, signature } = lateModel();
  const run = await tracking.createRun(
    newRun({
      name: 'a run',
      params: { trainer: 'linear', seed: '7' },
      inputs: [
        { datasetVersionId: null, name: 'flights', digest: `sha256:${'c'.repeat(64)}`, context: 'training' },
      ],
      status: 'finished',
    }),
  );
  const files: [string, Uint8Array][] = [
    ['model/model.onnx', bytes],
    ['model/signature.json', Buffer.from(JSON.stringify(signature))],
    ['card.md', Buffer.from(card)],
    ['recipe.json', Buffer.from('{"seed":7}')],
    ['evaluation.json', Buffer.from('{"metrics":{"auc":0.75}}')],
  ];
  for (const [path, content] of files)
    await tracking.attachArtifact(run.id, path, await artifacts.put(content));
  return models.register('late', RegisterRequest.parse({ runId: run.id, description: 'Is it late?' }));
}

async function ended({ jobs }: Workspace, job: Job): Promise<Job> {
  return jobs.wait(job.id);
}

async function bundleOf({ workspace }: TempWorkspace, path: string): Promise<ExportResult> {
  const job = await workspace.bundles.export('late', '1.0.0', { format: 'bundle', path, overwrite: false });
  const { result, error } = await ended(workspace, job);
  expect(error).toBeNull();
  return ExportResult.parse(result);
}

async function importOf({ workspace }: TempWorkspace, path: string, accept = false): Promise<Job> {
  return ended(workspace, await workspace.bundles.import({ path, acceptUnknownSigner: accept }));
}

async function trustSource(): Promise<void> {
  const [key] = await source.workspace.bundles.keys.list();
  await target.workspace.bundles.keys.trust('the build machine', key?.publicKey ?? '');
}

describe('a bundle', () => {
  test('goes to an empty workspace: the same model, version, run, answers, and the same bundle from there', async () => {
    const before = await registered(source);
    const file = join(tempFolder(), 'late.zip');
    const { bundleDigest } = await bundleOf(source, file);
    await trustSource();
    const job = await importOf(target, file);
    expect(job.error).toBeNull();
    const result = ImportBundleResult.parse(job.result);
    expect(result).toMatchObject({ model: 'late', version: '1.0.0', change: 'added', runId: before.runId });
    expect(result.report).toMatchObject({ ok: true, signer: 'the build machine' });
    expect(result.digest).toBe(bundleDigest);

    const { models, tracking, serving } = target.workspace;
    const after = await models.getVersion('late', '1.0.0');
    const { card, description, digest, metrics, signature, trainer } = before;
    expect(after).toMatchObject({ card, description, digest, metrics, signature, trainer });
    const run = await tracking.getRun(before.runId ?? '');
    expect(run).toMatchObject({
      name: 'a run',
      params: { seed: '7' },
      inputs: [{ name: 'flights', digest: `sha256:${'c'.repeat(64)}` }],
      tags: { 'assay.bundle': bundleDigest },
    });
    const request = { model: 'late/1.0.0', rows: [{ x: 0.25 }, { x: null }, { x: -3 }] };
    const { milliseconds: _, ...there } = await serving.predict(request);
    const { milliseconds: __, ...here } = await source.workspace.serving.predict(request);
    expect(there).toEqual(here);

    const again = join(tempFolder(), 'again.zip');
    await bundleOf(target, again);
    expect(await readFile(again)).toEqual(await readFile(file));
  });

  test('imported twice changes nothing', async () => {
    await registered(source);
    const file = join(tempFolder(), 'late.zip');
    await bundleOf(source, file);
    await importOf(target, file, true);
    const second = ImportBundleResult.parse((await importOf(target, file, true)).result);
    expect(second.change).toBe('unchanged');
    expect((await target.workspace.models.get('late')).versions).toBe(1);
  });

  test('of a stranger is refused until the key is trusted or the stranger accepted', async () => {
    await registered(source);
    const file = join(tempFolder(), 'late.zip');
    await bundleOf(source, file);
    const refused = await importOf(target, file);
    expect(refused).toMatchObject({ state: 'failed', error: { code: 'bundles/not-genuine' } });
    expect(refused.error?.problems).toEqual([
      { path: 'signer', message: expect.stringContaining('Whose it is') },
    ]);
    await expect(target.workspace.models.get('late')).rejects.toMatchObject({ code: 'models/not-found' });
    await trustSource();
    expect(await importOf(target, file)).toMatchObject({ state: 'succeeded' });
  });

  test('that was changed is never taken, whoever is accepted', async () => {
    await registered(source);
    const file = join(tempFolder(), 'late.zip');
    await bundleOf(source, file);
    const bytes = await readFile(file);
    const at = bytes.indexOf('# Late');
    bytes[at + 2] = 'H'.charCodeAt(0);
    await writeFile(file, bytes);
    expect(await importOf(target, file, true)).toMatchObject({
      state: 'failed',
      error: { code: 'bundles/not-genuine' },
    });
  });

  test('does not touch a run of another model that has the same id', async () => {
    const { runId } = await registered(source);
    const file = join(tempFolder(), 'late.zip');
    await bundleOf(source, file);
    const { tracking, artifacts } = target.workspace;
    await tracking.importRun({
      id: runId ?? '',
      experimentId: '0',
      name: 'mine',
      status: 'finished',
      startedAtMs: 1,
      endedAtMs: 2,
      params: {},
      tags: {},
    });
    await tracking.attachArtifact(runId ?? '', 'model/model.onnx', await artifacts.put(Buffer.from('mine')));
    const result = ImportBundleResult.parse((await importOf(target, file, true)).result);
    expect(result.runId).not.toBe(runId);
    const mine = await tracking.findArtifact(runId ?? '', 'model/model.onnx');
    expect((await artifacts.read(mine.digest)).toString()).toBe('mine');
  });

  test('with another model under a version that is here is refused', async () => {
    await registered(source);
    const file = join(tempFolder(), 'late.zip');
    await bundleOf(source, file);
    const { tracking, artifacts, models } = target.workspace;
    const { bytes, signature } = lateModel();
    const run = await tracking.createRun(newRun({ status: 'finished' }));
    // An unknown field at the end makes another file of it that works alike.
    const other = Buffer.concat([bytes, Buffer.from([0x98, 0x06, 0x01])]);
    await tracking.attachArtifact(run.id, 'model/model.onnx', await artifacts.put(other));
    await tracking.attachArtifact(
      run.id,
      'model/signature.json',
      await artifacts.put(Buffer.from(JSON.stringify(signature))),
    );
    await models.register('late', RegisterRequest.parse({ runId: run.id }));
    expect(await importOf(target, file, true)).toMatchObject({
      state: 'failed',
      error: { code: 'bundles/version-differs' },
    });
  });

  test('of a version whose card was changed after the import is a new one, signed here', async () => {
    await registered(source);
    const file = join(tempFolder(), 'late.zip');
    await bundleOf(source, file);
    await importOf(target, file, true);
    await target.workspace.models.updateVersion('late', '1.0.0', { card: '# Later\n' });
    const again = join(tempFolder(), 'again.zip');
    await bundleOf(target, again);
    const [own] = await target.workspace.bundles.keys.list();
    const { report } = await verifyBundle(again, own === undefined ? null : [own]);
    expect(report).toMatchObject({ ok: true, signedBy: own?.keyId });
  });

  test('may be a plain archive of the folder instead: no signature, the same files', async () => {
    await registered(source);
    const { bundles, models } = source.workspace;
    const file = join(tempFolder(), 'plain.zip');
    const options = { format: 'zip' as const, path: file, overwrite: false };
    const zipped = ExportResult.parse(
      (await ended(source.workspace, await bundles.export('late', '1.0.0', options))).result,
    );
    const folder = await models.export('late', '1.0.0', { overwrite: false });
    const written = ExportResult.parse((await ended(source.workspace, folder)).result);
    expect(zipped.files).toEqual(written.files);
    expect(zipped.bundleDigest).toBeUndefined();
    await expect(bundles.export('late', '1.0.0', options)).rejects.toMatchObject({
      code: 'export/target-exists',
    });
  });

  test('is verified as a job, and the job succeeds with the checks that failed', async () => {
    await registered(source);
    const file = join(tempFolder(), 'late.zip');
    await bundleOf(source, file);
    const verify = async (publicKey?: string) => {
      const request = publicKey === undefined ? { path: file } : { path: file, publicKey };
      const job = await ended(source.workspace, await source.workspace.bundles.verify(request));
      return BundleReport.parse(job.result);
    };
    expect(await verify()).toMatchObject({ ok: true, signer: 'this workspace' });
    const { publicKey } = await target.workspace.bundles.keys.rotate();
    const report = await verify(publicKey);
    expect(report.ok).toBe(false);
    expect(report.checks.filter(({ verdict }) => verdict === 'failed').map(({ id }) => id)).toEqual([
      'signer',
    ]);
  });
});

describe('the keys of a workspace', () => {
  test('are made once, and a bundle signed before a rotation is still trusted after it', async () => {
    await registered(source);
    const { keys } = source.workspace.bundles;
    const [first, second] = await Promise.all([keys.signingKey(), keys.signingKey()]);
    expect(first.keyId).toBe(second.keyId);
    const file = join(tempFolder(), 'late.zip');
    await bundleOf(source, file);
    const rotated = await keys.rotate();
    expect((await keys.signingKey()).keyId).toBe(rotated.keyId);
    expect((await keys.list()).map(({ keyId, retiredAtMs }) => [keyId, retiredAtMs === null])).toEqual([
      [rotated.keyId, true],
      [first.keyId, false],
    ]);
    const { report } = await verifyBundle(file, await keys.list());
    expect(report).toMatchObject({ ok: true, signedBy: first.keyId });
  });

  test('outlive the engine, and their private half is in no file in plain', async () => {
    const { keyId, privateKey } = await source.workspace.bundles.keys.signingKey();
    const { bundles } = await source.reopen();
    expect((await bundles.keys.signingKey()).keyId).toBe(keyId);
    const secret = privateKey.split('\n')[1] ?? '';
    for (const file of ['trusted-keys.json', 'assay.db', 'assay.db-wal']) {
      const bytes = await readFile(join(source.dir, file)).catch(() => Buffer.alloc(0));
      expect(bytes.includes(secret), file).toBe(false);
    }
  });

  test('cannot lose the one in force, and trust in others can end', async () => {
    const { keys } = source.workspace.bundles;
    const own = await keys.signingKey();
    await expect(keys.distrust(own.keyId)).rejects.toMatchObject({ code: 'keys/in-use' });
    const { publicKey, keyId } = await target.workspace.bundles.keys.rotate();
    await keys.trust('a friend', publicKey);
    await keys.trust('an old friend', publicKey);
    expect((await keys.list()).map(({ name }) => name)).toEqual(['this workspace', 'an old friend']);
    await keys.distrust(keyId);
    expect(await keys.list()).toHaveLength(1);
    await expect(keys.distrust(keyId)).rejects.toMatchObject({ code: 'keys/not-found' });
    await expect(keys.trust('x', 'nothing')).rejects.toMatchObject({ code: 'keys/invalid' });
    await expect(keys.trust('x', own.privateKey)).rejects.toThrow('private key');
  });
});
