import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { digestOf } from '../../../../engine/data/index.ts';
import { run, type TransferJobInput } from '../../../../engine/dataset-remotes/transfer-job.ts';
import { testFolder } from '../../../kit/data/snapshots.ts';
import { farAzure } from '../../../kit/remotes/far-azure.ts';
import { farGcs, gcsToken } from '../../../kit/remotes/far-gcs.ts';
import { farS3 } from '../../../kit/remotes/far-s3.ts';

const folder = testFolder();
afterAll(() => folder.remove());

const work = (input: TransferJobInput) =>
  run({
    input,
    tmpDir: folder.path,
    signal: new AbortController().signal,
    progress() {},
    log() {},
    send() {},
    room: async () => {},
  });

/** A bucket of each vendor, with the settings that reach it. */
const buckets = {
  async s3() {
    const far = await farS3();
    return {
      far,
      config: {
        accessKeyId: 'key',
        secretAccessKey: 'hush',
        endpoint: far.origin,
        bucket: 'models',
        prefix: 'a/b/',
      },
    };
  },
  async azure() {
    const far = await farAzure();
    return {
      far,
      config: { account: 'team', accountKey: 'a2V5', container: 'models', endpoint: far.origin, prefix: '' },
    };
  },
  async gcs() {
    const far = await farGcs();
    return { far, config: { bucket: 'models', endpoint: far.origin, accessToken: gcsToken } };
  },
} as const;

describe.each(Object.entries(buckets))('a bucket of %s', (kind, open) => {
  it('keeps a version, takes no file twice, and gives it back', async () => {
    const { config } = await open();
    const to = { kind, config, hidden: [] };
    const path = folder.file(`${kind}.parquet`, `rows of ${kind}`);
    const digest = digestOf(readFileSync(path));
    const { size: sizeBytes } = { size: readFileSync(path).length };
    const version = {
      dataset: 'north & south',
      version: 3,
      digest,
      rows: 2,
      sizeBytes,
      columns: [{ name: 'x', type: 'integer' as const, nullable: false }],
      source: { kind: 'path' as const, path: '/x.csv' },
      sourceName: 'x.csv',
      options: {},
      badRows: 0,
      note: '',
      tags: {},
      aliases: ['good'],
      profile: { rows: 2, columns: [], correlations: null, duplicateRows: 0, warnings: [] },
      files: [{ digest, rows: 2, sizeBytes }],
    };
    const push: TransferJobInput = { ...to, work: { type: 'push', version, paths: [path], manifest: null } };
    expect(await work(push)).toMatchObject({ type: 'pushed', sentFiles: 1, sentBytes: sizeBytes });
    expect(await work(push)).toMatchObject({ sentFiles: 0, sentBytes: 0 });

    const place = join(folder.path, `${kind}-snapshots`);
    mkdirSync(place);
    for (const ref of ['north & south', 'north & south@3', 'north & south@good']) {
      const pulled = await work({ ...to, work: { type: 'pull', ref, folder: place } });
      expect(pulled).toMatchObject({ type: 'pulled', version, snapshot: { digest, manifest: null } });
    }
    expect(readFileSync(join(place, `${digest.slice(7)}.parquet`), 'utf8')).toBe(`rows of ${kind}`);
    const another = { ...version, digest: `sha256:${'1'.repeat(64)}` };
    await expect(
      work({ ...to, work: { type: 'push', version: another, paths: [path], manifest: null } }),
    ).rejects.toMatchObject({ code: 'targets/conflict' });
    await expect(work({ ...to, work: { type: 'pull', ref: 'other', folder: place } })).rejects.toMatchObject({
      code: 'targets/not-there',
    });
  });
});

it('refuses a document that names other files than the digest of the version', async () => {
  const root = join(folder.path, 'share');
  mkdirSync(join(root, 'datasets', 'versions', 'x'), { recursive: true });
  writeFileSync(
    join(root, 'datasets', 'versions', 'x', '00000001-0123456789abcdef.json'),
    '{"format": "other"}',
  );
  await expect(
    work({
      kind: 'folder',
      config: { path: root },
      hidden: [],
      work: { type: 'pull', ref: 'x', folder: root },
    }),
  ).rejects.toMatchObject({ code: 'targets/damaged' });
  await expect(
    work({ kind: 'ray', config: {}, hidden: [], work: { type: 'pull', ref: 'x', folder: root } }),
  ).rejects.toMatchObject({ code: 'targets/unsupported' });
});
