import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Cell, ModelVersion } from '../../local-api/contract/index.ts';
import { startTestApi, type TestApi } from '../kit/api.ts';
import { ended, importPenguins } from '../kit/penguins.ts';
import { type MlflowServer, startMlflowServer } from './mlflow-server.ts';
import { newestMlflow, pythonWithMlflow } from './python.ts';
import {
  type RunningRegistry,
  registryBinary,
  registryMissing,
  startRegistry,
} from './remotes/docker-registry.ts';

const noRegistry = registryMissing();
if (noRegistry !== null) console.log(`Without a registry, no ${registryBinary}: ${noRegistry}`);
const found = await pythonWithMlflow(newestMlflow.name, newestMlflow.requirements, newestMlflow.given);
if ('missing' in found) console.log(`Without an MLflow server, no Python with mlflow: ${found.missing}`);

const model = 'penguin species';
const endpoint = 'penguins';
const good = '1.0.0';
const bad = '1.1.0';

type Row = Record<string, Cell>;

let api: TestApi;
let rows: Row[];
let mlflow: MlflowServer | null = null;
let registry: RunningRegistry | null = null;

beforeAll(async () => {
  api = await startTestApi();
  if (noRegistry === null) registry = await startRegistry();
  if ('python' in found) mlflow = await startMlflowServer(found.python);
});
afterAll(async () => {
  await Promise.all([api.close(), registry?.stop(), mlflow?.close()]);
});

/** A classification of penguins by species, registered as the next version. */
async function train(dataset: string, trainer: { kind: 'gbdt'; trees: number } | { kind: 'prior' }) {
  const job = await api.client.training.start({
    body: {
      experimentId: '0',
      name: trainer.kind,
      recipe: { task: 'classification', dataset, target: { column: 'Species' }, trainer, seed: 7 },
    },
  });
  const { runId } = await ended(api.client, job);
  return api.client.models.register({ params: { model }, body: { runId: String(runId) } });
}

/** Asks the endpoint, and tells it the truth afterwards. Answers with the version that answered. */
async function servePenguin({ Species, ...features }: Row): Promise<string> {
  const answer = await api.client.endpoints.predict({
    params: { name: endpoint },
    body: { rows: [features] },
  });
  await api.client.endpoints.groundTruth({
    params: { name: endpoint },
    body: { items: [{ requestId: answer.requestId, value: String(Species) }] },
  });
  return answer.version;
}

const routeOf = async () => (await api.client.endpoints.get({ params: { name: endpoint } })).route;

/** What a target takes and gives back: the version and its answers in an empty workspace, beside those here. */
async function roundTrip(kind: string, config: Record<string, string>) {
  const target = { name: kind, kind, config };
  await api.client.targets.create({ body: target });
  const check = await api.client.targets.check({ params: { target: kind } });
  expect(check.findings.filter(({ level }) => level === 'error')).toEqual([]);
  const asked = await api.client.targets.push({
    params: { target: kind },
    body: { model: `${model}@champion` },
  });
  await ended(api.client, await api.client.jobs.get({ params: { jobId: asked.jobId } }));
  const push = await api.client.pushes.get({ params: { pushId: asked.id } });
  expect(push).toMatchObject({
    state: 'pushed',
    version: good,
    verification: { ok: true },
    remoteState: 'in-sync',
  });

  const again = await api.client.targets.push({
    params: { target: kind },
    body: { model: `${model}/${good}` },
  });
  await ended(api.client, await api.client.jobs.get({ params: { jobId: again.jobId } }));
  const second = await api.client.pushes.get({ params: { pushId: again.id } });
  expect(second.receipt).toMatchObject({ filesSent: 0, bytesSent: 0 });

  const empty = await startTestApi();
  try {
    const { items } = await api.client.keys.list();
    for (const { name, publicKey } of items) await empty.client.keys.trust({ body: { name, publicKey } });
    await empty.client.targets.create({ body: target });
    await ended(
      empty.client,
      await empty.client.targets.pull({ params: { target: kind }, body: { model: `${model}@champion` } }),
    );
    return { there: await seenFrom(empty), here: await seenFrom(api) };
  } finally {
    await empty.close();
  }
}

type Seen = { digest: ModelVersion['digest']; runId: string | null; answers: unknown };

async function seenFrom({ client }: TestApi): Promise<Seen> {
  const { digest, runId } = await client.models.version({ params: { model, version: '@champion' } });
  const inputs = rows.map(({ Species: _, ...features }) => features);
  const { milliseconds: __, ...answers } = await client.predictions.predict({
    body: { model: `${model}@champion`, rows: inputs },
  });
  return { digest, runId, answers };
}

describe('the full path of a model', () => {
  test('from training through gates into production, where it answers under a stable name', async () => {
    const dataset = await importPenguins(api.client);
    const page = await api.client.datasets.rows({ params: { versionId: dataset }, query: { limit: 1000 } });
    rows = page.rows.map((cells) =>
      Object.fromEntries(page.columns.map(({ name }, index) => [name, cells[index] ?? null])),
    );
    expect(await train(dataset, { kind: 'gbdt', trees: 20 })).toMatchObject({ version: good });
    expect(await train(dataset, { kind: 'prior' })).toMatchObject({ version: bad });
    await api.client.releases.setPolicy({
      params: { model, environment: 'production' },
      body: {
        champion: true,
        gates: [
          { kind: 'metric', metric: 'accuracy', min: 0.9 },
          { kind: 'champion', metric: 'log_loss' },
          { kind: 'golden' },
          { kind: 'signature' },
        ],
      },
    });
    const promote = (version: string) =>
      api.client.releases.promote({ params: { model }, body: { version, environment: 'production' } });
    await expect(promote(bad)).rejects.toMatchObject({ code: 'releases/gates-failed' });
    await promote(good);
    await api.client.endpoints.create({
      body: { name: endpoint, route: { kind: 'single', ref: `${model}/${good}` } },
    });
    expect(await servePenguin(rows[0] ?? {})).toBe(good);
  });

  test('a bad version that is tried on some of the requests is rolled back by itself', async () => {
    await api.client.endpoints.update({
      params: { name: endpoint },
      body: {
        log: { sampleRate: 1 },
        route: {
          kind: 'canary',
          stable: `${model}/${good}`,
          canary: `${model}/${bad}`,
          steps: [{ percent: 50, minRequests: 10_000 }],
          limits: { quality: { maxLossIncrease: 0.1, minTruths: 20 } },
        },
      },
    });
    const answered = new Set<string>();
    for (const row of rows) answered.add(await servePenguin(row));
    expect([...answered].sort()).toEqual([good, bad]);
    await expect.poll(routeOf, { timeout: 60_000 }).toEqual({ kind: 'single', ref: `${model}/${good}` });
    const { items } = await api.client.endpoints.changes({ params: { name: endpoint } });
    expect(items[0]).toMatchObject({
      kind: 'rollback',
      actor: 'assay',
      reason: expect.stringMatching(/loss/),
    });
    expect(await servePenguin(rows[0] ?? {})).toBe(good);
  });

  test.skipIf('missing' in found)(
    'a real MLflow server takes it, and gives it to an empty workspace with the same digest and answers',
    async () => {
      const { here, there } = await roundTrip('mlflow', { url: mlflow?.url ?? '' });
      expect(there).toEqual(here);
    },
  );

  test.skipIf(noRegistry !== null)(
    'a real OCI registry takes it, and gives it to an empty workspace with the same digest and answers',
    async () => {
      const { here, there } = await roundTrip('oci', { registry: registry?.host ?? '', repository: 'team' });
      expect(there).toEqual(here);
    },
  );
});
