import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, createClient } from '../../../local-api/client/index.ts';
import { type RunningEngine, startEngine } from '../../../local-api/engine-host.ts';
import { assay, assayJson } from '../../kit/assay.ts';

const nothing = { runs: 0, experiments: 0, keptRuns: 0, datasetVersions: 0, artifacts: 0, freedBytes: 0 };

let dir: string;
let workspace: string[];
let engine: RunningEngine;
let client: Client;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'assay-gc-'));
  workspace = ['--workspace', dir];
  await open();
});
afterAll(async () => {
  await engine.close({ graceMs: 0 });
  await rm(dir, { recursive: true, force: true });
});

async function open(): Promise<void> {
  engine = await startEngine({ dir, port: 0 });
  client = createClient({ baseUrl: engine.url, token: engine.workspace.token });
}

/** Files of the last hour may be on their way into a run and stay; these look older. */
async function ageFiles(): Promise<void> {
  const old = new Date(Date.now() - 2 * 3_600_000);
  const artifacts = join(dir, 'artifacts');
  for (const entry of await readdir(artifacts, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) await utimes(join(entry.parentPath, entry.name), old, old);
}

async function runWithFiles(name: string, files: Record<string, string>): Promise<string> {
  const { id: runId } = await client.runs.create({ body: { name } });
  for (const [path, text] of Object.entries(files))
    await client.runs.putArtifact({ params: { runId, path }, body: new TextEncoder().encode(text) });
  return runId;
}

const textOf = async (runId: string, path: string): Promise<string> =>
  (await client.runs.getArtifact({ params: { runId, path } })).text();

const shared = 'both runs have this'.repeat(1000);
const own = 'only the deleted run has this'.repeat(1000);

describe('the trash over HTTP', () => {
  let kept: string;
  let deleted: string;
  beforeAll(async () => {
    kept = await runWithFiles('kept', { 'shared.txt': shared });
    deleted = await runWithFiles('deleted', { 'shared.txt': shared, 'own.txt': own });
    await client.runs.delete({ params: { runId: deleted } });
    await ageFiles();
  });

  it('says what would go and touches nothing', async () => {
    const said = await client.workspace.emptyTrash({ body: { dryRun: true } });
    expect(said).toMatchObject({ runs: 1, experiments: 0, keptRuns: 0 });
    expect((await client.runs.restore({ params: { runId: deleted } })).lifecycle).toBe('active');
    expect(await textOf(deleted, 'own.txt')).toBe(own);
    await client.runs.delete({ params: { runId: deleted } });
  });

  it('keeps what was deleted more recently than asked for', async () => {
    expect(await client.workspace.emptyTrash({ body: { olderThanDays: 1 } })).toEqual(nothing);
  });

  it('removes deleted runs and only those files that nothing else refers to', async () => {
    const { artifacts, freedBytes, ...rest } = await client.workspace.emptyTrash({ body: {} });
    expect(rest).toEqual({ runs: 1, experiments: 0, keptRuns: 0, datasetVersions: 0 });
    expect([artifacts, freedBytes > 0]).toEqual([1, true]);
    expect(await textOf(kept, 'shared.txt')).toBe(shared);
    await expect(client.runs.restore({ params: { runId: deleted } })).rejects.toMatchObject({
      code: 'runs/not-found',
    });
  });

  it('is refused for a time that is none', async () => {
    await expect(client.workspace.emptyTrash({ body: { olderThanDays: -1 } })).rejects.toMatchObject({
      code: 'request/invalid',
      problems: [{ path: '/olderThanDays' }],
    });
  });
});

describe('assay db gc', () => {
  it('has the engine that holds the workspace do it', async () => {
    const runId = await runWithFiles('by engine', { 'a.txt': 'a'.repeat(5000) });
    await client.runs.delete({ params: { runId } });
    await ageFiles();
    const args = ['db', 'gc', '--older-than', '0', ...workspace];
    expect(await assayJson([...args, '--dry-run'])).toMatchObject({ runs: 1 });
    expect(await assayJson(args)).toMatchObject({ runs: 1, artifacts: 1 });
    expect(await assayJson(args)).toEqual(nothing);
  });

  it('keeps by default what the setting says', async () => {
    const runId = await runWithFiles('young', {});
    await client.runs.delete({ params: { runId } });
    const result = await assay(['db', 'gc', ...workspace]);
    expect(result.stdout).toMatch(/^Removed 0 runs, 0 experiments, 0 dataset versions and 0 files/);
    expect((await client.runs.restore({ params: { runId } })).lifecycle).toBe('active');
  });

  it('does it by itself when no engine runs', async () => {
    const { id: experimentId } = await client.experiments.create({ body: { name: 'gone' } });
    await client.runs.create({ body: { experimentId } });
    await client.experiments.delete({ params: { experimentId } });
    await engine.close({ graceMs: 0 });
    try {
      const result = await assay(['db', 'gc', '--older-than', '0', ...workspace]);
      expect(result.stdout).toMatch(/^Removed 1 runs, 1 experiments, 0 dataset versions and 0 files/);
    } finally {
      await open();
    }
    await expect(client.experiments.get({ params: { experimentId } })).rejects.toMatchObject({
      code: 'experiments/not-found',
    });
  });

  it.each(['soon', '-1', ''])('refuses "%s" as a number of days', async (days) => {
    const result = await assay(['db', 'gc', `--older-than=${days}`, ...workspace]);
    expect([result.code, result.stderr]).toEqual([2, expect.stringContaining('number of days')]);
  });
});
