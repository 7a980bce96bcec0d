import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DvcExportResult, ImportResult, type Job } from '../../../local-api/contract/index.ts';
import { startTestApi, type TestApi } from '../../kit/api.ts';
import { testFolder } from '../../kit/data/snapshots.ts';
import { dvcRepository } from '../../kit/dvc.ts';

let api: TestApi;
const folder = testFolder();
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(async () => {
  await api.close();
  folder.remove();
});

const ended = async (job: Job): Promise<unknown> => {
  const { state, error, result } = await api.workspace.jobs.wait(job.id);
  expect([state, error]).toEqual(['succeeded', null]);
  return result;
};

it('an output of DVC is found, looked at, imported once, traced, and written for DVC again', async () => {
  const root = await dvcRepository(folder.path);
  const { client } = api;
  const found = await client.dvc.inspect({ body: { path: root } });
  expect(found.outputs.map(({ name }) => name)).toEqual([
    'data/clean.csv',
    'data/dos.csv',
    'data/flights.csv',
    'data/parts',
    'test.csv',
    'train.csv',
  ]);
  expect(found.remotes).toMatchObject([{ name: 'store', kind: 'folder', isDefault: true, connection: null }]);

  const source = { kind: 'dvc' as const, path: root, output: 'data/flights.csv' };
  const preview = await client.datasets.preview({ body: { source } });
  expect(preview.rows).toEqual([
    ['AA', 5],
    ['UA', -3],
  ]);
  const importing = async () =>
    ImportResult.parse(await ended(await client.datasets.import({ body: { dataset: 'flights', source } })));
  const made = await importing();
  for (const path of ['.dvc/cache', 'data/flights.csv', '../remote'])
    rmSync(join(root, path), { recursive: true });
  expect(await importing()).toEqual({ ...made, created: false });

  const version = await client.datasets.version({ params: { versionId: made.versionId } });
  const md5 = 'a7b01389b71e06425dd8ebd2b07845c9';
  expect(version).toMatchObject({
    sourceName: 'data/flights.csv',
    source: { ...source, found: { root, path: 'data/flights.csv', md5, files: 1 } },
  });
  const graph = await client.lineage.get({ query: { node: `dataset:${version.id}` } });
  expect(graph.nodes).toContainEqual(
    expect.objectContaining({ title: 'data/flights.csv', note: 'DVC, MD5 a7b01389' }),
  );

  const job = await client.dvc.export({
    params: { versionId: 'flights@1' },
    body: { repository: root, out: 'again.csv', push: '' },
  });
  const written = DvcExportResult.parse(await ended(job));
  expect(written).toMatchObject({ name: 'again.csv', rows: 2, created: true, pushed: { sent: true } });
  expect(readFileSync(written.path, 'utf8')).toBe('carrier,delay\nAA,5\nUA,-3\n');
  expect(existsSync(join(root, '.dvc/cache/files/md5', md5.slice(0, 2), md5.slice(2)))).toBe(true);
});

it('a file of DVC is not read as if it held the rows', async () => {
  const root = await dvcRepository(folder.path);
  const answer = api.client.datasets.preview({
    body: { source: { kind: 'path', path: join(root, 'data/flights.csv.dvc') } },
  });
  await expect(answer).rejects.toMatchObject({ code: 'request/invalid' });
});
