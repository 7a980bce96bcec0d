import { createHash } from 'node:crypto';
import { createReadStream, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openWorkspace, type Workspace } from '../../engine/index.ts';
import { silentLogger } from '../../engine/system/index.ts';
import { runFiles } from '../../engine/training/index.ts';
import { DatasetSource, ImportResult, TrainResult, Upload } from '../../local-api/contract/index.ts';
import { listQuery } from '../kit/workspace.ts';
import {
  type Acknowledgement,
  allProcessesGone,
  type Moment,
  momentsToKill,
  runUntilKilled,
} from './crash-harness.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'assay-fault-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Lets an engine work and kills it, again and again in one folder; gives all that was acknowledged. */
async function killRepeatedly(
  script: string,
  moments: Moment[],
  onSaid?: (line: Acknowledgement) => void,
): Promise<(what: string) => Acknowledgement[]> {
  const said: Acknowledgement[] = [];
  // The next one starts at once, as under a supervisor: job processes of the one before may still be ending.
  for (const moment of moments) said.push(...(await runUntilKilled(script, dir, moment, onSaid)));
  await allProcessesGone(dir);
  return (what) => said.filter((line) => line.what === what);
}

/** Opens the workspace as the next start does and checks what must hold whatever happened. */
async function reopened(check: (workspace: Workspace) => Promise<void>): Promise<void> {
  const workspace = await openWorkspace({
    dir: join(dir, 'workspace'),
    logger: silentLogger,
    environment: {},
  });
  try {
    expect(await workspace.store.check()).toEqual([]);
    const { items } = await workspace.jobs.list(listQuery({ limit: 1000 }));
    for (const { id } of items) await workspace.jobs.wait(id);
    await check(workspace);
    for await (const blob of workspace.artifacts.verify()) expect(blob).toEqual({ ...blob, ok: true });
    expect(readdirSync(join(dir, 'workspace', 'tmp', 'jobs'))).toEqual([]);
  } finally {
    await workspace.close({ graceMs: 0 });
  }
}

async function digestOfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return `sha256:${hash.digest('hex')}`;
}

describe('kill -9 while metrics are logged', () => {
  it('keeps every acknowledged batch, and a batch whole or not at all', async () => {
    const said = await killRepeatedly('log-metrics.ts', momentsToKill(4, 50, 700));
    expect(said('logged').length).toBeGreaterThan(50);
    await reopened(async ({ tracking }) => {
      for (const { runId } of said('run')) {
        const run = await tracking.getRun(String(runId));
        for (let caller = 0; caller < 8; caller++) {
          const key = `loss/${caller}`;
          const mine = said('logged').filter((line) => line.runId === runId && line.key === key);
          const [series] = await tracking.series({ runIds: [run.id], keys: [key], maxPoints: 10_000 });
          const points = series?.total ?? 0;
          expect(points % 50).toBe(0);
          expect(points).toBeGreaterThanOrEqual(mine.length * 50);
          // A batch is its points and its param.
          const params = Object.keys(run.params).filter((name) => name.startsWith(`${key}/`));
          expect(params.length).toBe(points / 50);
          if (points > 0) expect(run.metrics[key]).toMatchObject({ step: points - 1, last: 1 / points });
        }
      }
    });
  });
});

describe('kill -9 during imports', () => {
  it('keeps every acknowledged version, shows no half-written one, and takes interrupted imports up again', async () => {
    const line = (row: number): string =>
      `${row},${(row * 7919) % 1000},city ${row % 300},2001-01-0${1 + (row % 9)}`;
    const rows = Array.from({ length: 60_000 }, (_, row) => line(row));
    writeFileSync(join(dir, 'data.csv'), `id,value,city,day\n${rows.join('\n')}\n`);
    const said = await killRepeatedly('import-data.ts', momentsToKill(4, 300, 2000, 'imported'));
    expect(said('imported').length).toBeGreaterThan(0);
    await reopened(async ({ data, jobs }) => {
      for (const { limit, result } of said('imported')) {
        const { versionId, rows } = ImportResult.parse(result);
        expect(rows).toBe(limit);
        expect((await data.getVersion(versionId)).rows).toBe(limit);
      }
      // What was acknowledged as submitted has been imported by now, except what three crashes gave up.
      for (const { jobId } of said('submitted')) {
        expect((await jobs.get(String(jobId))).state).toBe('succeeded');
      }
      const digests = new Set<string>();
      for (const { name } of (await data.list(listQuery())).items) {
        for (const version of (await data.listVersions(name, listQuery({ limit: 1000 }))).items) {
          const files = await data.snapshotFiles(version.id);
          expect(files.length).toBe(1);
          const [path = ''] = files;
          expect(await digestOfFile(path)).toBe(version.digest);
          expect((await data.rows(version.id, version.rows - 1, 10)).rows.length).toBe(1);
          digests.add(path);
        }
      }
      await data.collectGarbage({ graceMs: 0, dryRun: false });
      const files = readdirSync(join(dir, 'workspace', 'datasets'), { withFileTypes: true });
      expect(
        files
          .filter((file) => file.isFile())
          .map((file) => join(file.parentPath, file.name))
          .sort(),
      ).toEqual([...digests].sort());
    });
  });
});

describe('kill -9 during training', () => {
  it('keeps every acknowledged model, and takes interrupted trainings up again into the same run', async () => {
    const said = await killRepeatedly('train-models.ts', momentsToKill(4, 300, 2500, 'trained'));
    expect(said('trained').length).toBeGreaterThan(0);
    await reopened(async ({ tracking, artifacts, jobs }) => {
      for (const { runId, result } of said('trained')) {
        const { modelDigest, metrics } = TrainResult.parse(result);
        const run = await tracking.getRun(String(runId));
        expect(run).toMatchObject({ status: 'finished', tags: { 'assay.model': modelDigest } });
        for (const [key, value] of Object.entries(metrics)) expect(run.metrics[key]?.last).toBe(value);
        // Reading compares the bytes with the digest.
        expect((await artifacts.read(modelDigest)).length).toBeGreaterThan(0);
      }
      for (const { jobId, runId } of said('submitted')) {
        expect((await jobs.get(String(jobId))).state).toBe('succeeded');
        expect((await tracking.getRun(String(runId))).status).toBe('finished');
        for (const path of Object.values(runFiles)) {
          const { digest } = await tracking.findArtifact(String(runId), path);
          expect(await artifacts.has(digest)).toBe(true);
        }
      }
      expect(await tracking.countRuns("status in ('running', 'scheduled')")).toBe(0);
    });
  });
});

describe('kill -9 during uploads', () => {
  it('keeps every acknowledged file whole and never offers half of one', async () => {
    const rows = 'id,value\n'.concat('1234567,0.123456789\n'.repeat(100_000));
    const uploaded: Upload[] = [];
    const clients: Promise<string>[] = [];
    const upload = async (url: string, token: string, client: number): Promise<void> => {
      for (let number = 0; ; number++) {
        const body = rows.slice(0, 1000 + ((number * 7 + client) % 10) * 200_000);
        const response = await fetch(`${url}/api/v1/uploads?name=part.csv`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
          body,
        });
        expect(response.status).toBe(201);
        uploaded.push(Upload.parse(await response.json()));
      }
    };
    await killRepeatedly('serve.ts', momentsToKill(4, 100, 600), ({ url, token }) => {
      for (let client = 0; client < 3; client++) {
        clients.push(upload(String(url), String(token), client).then(String, String));
      }
    });
    expect(new Set(await Promise.all(clients))).toEqual(new Set(['TypeError: fetch failed']));
    expect(uploaded.length).toBeGreaterThan(10);
    await reopened(async ({ data, store }) => {
      for (const { uploadId, sizeBytes } of uploaded.slice(-5)) {
        const preview = await data.preview(DatasetSource.parse({ kind: 'upload', uploadId }), {}, 5);
        expect(preview.sizeBytes).toBe(sizeBytes);
      }
      const known = await store.db.selectFrom('uploads').selectAll().execute();
      const digests = new Map(known.map(({ id, digest }) => [id, digest]));
      for (const { uploadId, digest } of uploaded) expect(digests.get(uploadId)).toBe(digest);
      for (const { id, digest } of known) {
        expect(await digestOfFile(join(dir, 'workspace', 'datasets', 'uploads', id))).toBe(digest);
      }
    });
  });
});
