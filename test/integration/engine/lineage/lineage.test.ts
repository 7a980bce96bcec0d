import { afterAll, beforeAll, expect, test } from 'vitest';
import { DriftRequest, LineageQuery, TransformDefinition } from '../../../../local-api/contract/index.ts';
import { newRun, type TempWorkspace, tempWorkspace } from '../../../kit/workspace.ts';

let temp: TempWorkspace;
beforeAll(async () => {
  temp = await tempWorkspace();
});
afterAll(() => temp.close());

const get = (query: Partial<LineageQuery>) => temp.workspace.lineage.get(LineageQuery.parse(query));

test('an empty workspace has an empty lineage, and what is not there is told', async () => {
  expect(await get({})).toEqual({ root: null, nodes: [], edges: [], cut: null });
  await expect(get({ node: 'flights@3' })).rejects.toMatchObject({ code: 'lineage/no-such-node' });
  await expect(get({ node: 'run:nothing' })).rejects.toMatchObject({ code: 'lineage/no-such-node' });
});

test('from a source over a transform and a run to a drift report, in either direction, and cut where it is told to be', async () => {
  const { data, jobs, transforms, tracking, drift } = temp.workspace;
  const job = await data.import({
    dataset: 'penguins',
    source: { kind: 'sample', name: 'penguins' },
    options: {},
    note: '',
    tags: {},
  });
  await jobs.wait(job.id);
  const steps = [
    {
      step: 'split',
      by: {
        kind: 'fraction',
        parts: [
          { name: 'train', fraction: 0.7 },
          { name: 'test', fraction: 0.3 },
        ],
      },
    },
  ];
  const definition = TransformDefinition.parse({
    inputs: { p: { dataset: 'penguins' } },
    steps,
    output: 'birds',
  });
  await transforms.save({ name: 'halves', definition, note: '' });
  const made = await transforms.run('halves');
  await jobs.wait(made.jobId ?? '');
  const { outputs } = await transforms.getRun(made.id);
  const [train, rest] = outputs.map(({ versionId }) => versionId);
  const input = { datasetVersionId: train ?? null, name: 'birds-train', digest: '', context: 'training' };
  const run = await tracking.createRun(newRun({ name: 'nest', inputs: [input], status: 'finished' }));
  const report = await drift.start(DriftRequest.parse({ referenceVersionId: train, currentVersionId: rest }));
  await jobs.wait(report.id);

  const all = await get({ node: 'penguins' });
  const titles = (lineage: typeof all) => lineage.nodes.map(({ title }) => title).sort();
  expect(titles(all)).toEqual([
    'Drift of birds-test v1',
    'birds-test v1',
    'birds-train v1',
    'halves',
    'nest',
    'penguins v1',
    'penguins.json',
  ]);
  const named = new Map(all.nodes.map(({ id, title }) => [id, title]));
  expect(all.edges.map(({ from, to, label }) => [named.get(from), named.get(to), label])).toEqual(
    expect.arrayContaining([
      ['penguins.json', 'penguins v1', ''],
      ['penguins v1', 'halves', 'p'],
      ['halves', 'birds-train v1', 'train'],
      ['birds-train v1', 'nest', 'training'],
      ['birds-train v1', 'Drift of birds-test v1', 'reference'],
      ['birds-test v1', 'Drift of birds-test v1', 'current'],
    ]),
  );
  expect(all).toMatchObject({ root: `dataset:${(await data.get('penguins')).latest?.id}`, cut: null });

  expect(titles(await get({ node: `run:${run.id}`, direction: 'up' }))).toEqual([
    'birds-train v1',
    'halves',
    'nest',
    'penguins v1',
    'penguins.json',
  ]);
  // The other half is no part of what the run came of.
  expect(titles(await get({ node: `run:${run.id}` }))).not.toContain('birds-test v1');
  expect(titles(await get({ node: 'transform:halves', direction: 'down', depth: 1 }))).toEqual([
    'birds-test v1',
    'birds-train v1',
    'halves',
  ]);
  expect(await get({ node: 'transform:halves', direction: 'down', depth: 1 })).toMatchObject({
    cut: { reason: 'depth', nodes: [expect.any(String), expect.any(String)] },
  });
  expect((await get({ node: 'penguins', limit: 3 })).nodes).toHaveLength(3);
  expect((await get({ node: 'penguins', limit: 3 })).cut).toMatchObject({ reason: 'limit' });
  expect(titles(await get({}))).toEqual(titles(all));

  const columns = await temp.workspace.lineage.columns({
    node: 'penguins',
    column: 'species',
    direction: 'both',
  });
  const place = (node: string, column: string) => ({ node: named.get(node), column });
  expect(columns.columns).toEqual(['Species']);
  expect(
    columns.links.map(({ from, to, how }) => [place(from.node, from.column), place(to.node, to.column), how]),
  ).toEqual(
    ['birds-train v1', 'birds-test v1'].map((title) => [
      { node: 'penguins v1', column: 'Species' },
      { node: title, column: 'Species' },
      'copied',
    ]),
  );
  await expect(
    temp.workspace.lineage.columns({ node: 'penguins', column: 'Specie', direction: 'up' }),
  ).rejects.toMatchObject({
    code: 'lineage/no-such-column',
    problems: [{ expected: expect.stringContaining('Species') }],
  });

  await transforms.delete('halves');
  expect(titles(await get({ node: 'penguins@1' }))).toEqual(titles(all));
});
