import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VersionComparison } from '../../../local-api/contract/index.ts';
import { startTestApi, type TestApi } from '../../kit/api.ts';
import { ended, importPenguins } from '../../kit/penguins.ts';
import { tempFolder } from '../../kit/temp-folder.ts';

const model = 'penguin species';
let api: TestApi;
let penguins: string;

const train = async (dataset: string, trainer: object, more: object = {}) => {
  const recipe = {
    task: 'classification' as const,
    dataset,
    target: { column: 'Species' },
    trainer: trainer as { kind: 'prior' },
    ...more,
  };
  const job = await api.client.training.start({ body: { experimentId: '0', name: 'a training', recipe } });
  return String((await ended(api.client, job)).runId);
};
const register = async (runId: string) => api.client.models.register({ params: { model }, body: { runId } });
const start = (body: Parameters<typeof api.client.versionComparison.start>[0]['body']) =>
  api.client.versionComparison.start({ params: { model }, body });
const compare = async (body: Parameters<typeof start>[0]) =>
  VersionComparison.parse((await ended(api.client, await start(body))).result);

beforeAll(async () => {
  api = await startTestApi();
  penguins = await importPenguins(api.client);
  await register(await train(penguins, { kind: 'prior' }));
  await register(await train(penguins, { kind: 'gbdt', trees: 20 }));
});
afterAll(() => api.close());

describe('two versions trained on the same data', () => {
  let result: VersionComparison;

  test('are measured on the test rows of the newer one, and the better one is shown to be better', async () => {
    result = await compare({ versions: ['1.0.0', '1.1.0'] });
    expect(result).toMatchObject({ baseline: '1.0.0', rows: { source: 'Test rows of 1.1.0' }, notes: [] });
    expect(result.rows?.count).toBeGreaterThan(30);
    const accuracy = result.metrics.find(({ metric }) => metric === 'accuracy');
    expect(accuracy?.versions.map(({ standing }) => standing)).toEqual(['behind', 'best']);
    expect(accuracy?.versions[1]?.difference).toMatchObject({ shown: 'better' });
  });

  test('have the figures that their training measured', async () => {
    for (const { version } of result.versions) {
      const { metrics } = await api.client.models.version({ params: { model, version } });
      for (const { metric, versions } of result.metrics) {
        const value = versions.find((one) => one.version === version)?.value;
        if (metrics[metric] !== undefined) expect(value, metric).toBeCloseTo(metrics[metric], 6);
      }
    }
  });

  test('come with size, latency, signature and data', () => {
    for (const { latency, sizeBytes, problem } of result.versions) {
      expect(latency?.p95Ms).toBeGreaterThanOrEqual(latency?.p50Ms ?? Number.NaN);
      expect(sizeBytes).toBeGreaterThan(0);
      expect(problem).toBeNull();
    }
    expect(result.signatures).toEqual([{ version: '1.1.0', breaking: [], other: [] }]);
    expect(result.data).toMatchObject([{ version: '1.1.0', state: 'same' }]);
  });

  test('can be measured on a dataset version, with a word on who was trained on it', async () => {
    const { rows, notes, metrics } = await compare({
      versions: ['1.1.0', '1.0.0'],
      datasetVersionId: penguins,
    });
    expect(rows).toMatchObject({ source: 'penguins v1', datasetVersionId: penguins });
    expect(notes.join(' ')).toContain('1.1.0 was trained on rows of these data');
    expect(metrics.length).toBe(7);
  });
});

test('versions of other data and another signature are compared as far as that goes', async () => {
  const dir = tempFolder();
  const path = join(dir, 'moved.csv');
  const { rows, columns } = await api.client.datasets.rows({
    params: { versionId: penguins },
    query: { offset: 0, limit: 400 },
  });
  const names = columns.map(({ name }) => name);
  const mass = names.findIndex((name) => /mass/i.test(name));
  const lines = rows.map((row) =>
    row
      .map((cell, i) => JSON.stringify(i === mass && cell !== null ? Number(cell) + 2000 : (cell ?? '')))
      .join(','),
  );
  await writeFile(path, [names.map((name) => JSON.stringify(name)).join(','), ...lines].join('\n'));
  const job = await ended(
    api.client,
    await api.client.datasets.import({ body: { dataset: 'heavier', source: { kind: 'path', path } } }),
  );
  const versionId = String((job.result as { versionId: string }).versionId);
  const { version } = await register(
    await train(
      versionId,
      { kind: 'gbdt', trees: 5 },
      { features: { include: [names[mass] ?? '', 'Island'] } },
    ),
  );
  const result = await compare({ versions: ['1.1.0', version] });
  expect(result.rows).toMatchObject({ source: `Test rows of ${version}` });
  const [first] = result.versions;
  expect(first?.problem).toMatch(/^The rows lack columns that it needs: /);
  expect(first?.latency).not.toBeNull();
  const [signature] = result.signatures;
  expect(signature?.other).toContain('"Sex" is no longer used');
  const [data] = result.data;
  expect(data).toMatchObject({ version, state: 'compared', driftedColumns: 1 });
  expect(data?.columns[0]).toMatchObject({ name: names[mass], drifted: true });
  expect(result.notes).toEqual([expect.stringContaining('1.1.0 was trained on other data')]);

  const onAll = await compare({ versions: ['1.1.0', version], datasetVersionId: versionId });
  expect(onAll.versions.map(({ problem }) => problem)).toEqual([null, null]);
});

test('what cannot be compared is refused before a job is made, with every fault', async () => {
  await expect(start({ versions: ['1.0.0', '9.0.0'] })).rejects.toMatchObject({
    code: 'models/version-not-found',
  });
  await expect(start({ versions: ['1.0.0', '1.1.0', '1.0.0'] })).rejects.toMatchObject({
    code: 'request/invalid',
    problems: [{ path: '/versions/2' }],
  });
  await expect(start({ versions: ['1.0.0'] })).rejects.toMatchObject({ code: 'request/invalid' });
  await expect(start({ versions: ['1.0.0', '1.1.0'], datasetVersionId: 'dsv_none' })).rejects.toMatchObject({
    code: 'datasets/version-not-found',
  });
});
