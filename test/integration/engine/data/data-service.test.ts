import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorkspace, type Workspace } from '../../../../engine/index.ts';
import {
  CreateRun,
  Dataset,
  DatasetProfile,
  DatasetVersion,
  ImportRequest,
  ImportResult,
  type Job,
  ListQuery,
} from '../../../../local-api/contract/index.ts';
import { failureOf } from '../../../kit/data/snapshots.ts';

let dir: string;
let workspace: Workspace;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'assay-data-service-'));
  workspace = await openWorkspace({ dir: join(dir, 'workspace') });
});
afterAll(async () => {
  await workspace.close({ graceMs: 0 });
  rmSync(dir, { recursive: true, force: true });
});

const query = (more: Record<string, unknown> = {}) => ListQuery.parse(more);

async function runImport(request: Record<string, unknown>): Promise<Job> {
  const job = await workspace.data.import(ImportRequest.parse(request));
  return workspace.jobs.wait(job.id);
}

async function imported(request: Record<string, unknown>): Promise<ImportResult> {
  const job = await runImport(request);
  expect(job.error).toBeNull();
  return ImportResult.parse(job.result);
}

function file(name: string, text: string): { kind: 'path'; path: string } {
  const path = join(dir, name);
  writeFileSync(path, text);
  return { kind: 'path', path };
}

describe('data service', () => {
  it('imports a sample as version 1 with profile, rows and snapshot', async () => {
    const result = await imported({
      dataset: 'penguins',
      source: { kind: 'sample', name: 'penguins' },
      note: 'first',
      tags: { team: 'a' },
    });
    expect(result).toMatchObject({ dataset: 'penguins', version: 1, rows: 344, badRows: 0, created: true });
    const version = await workspace.data.getVersion(result.versionId);
    expect(DatasetVersion.parse(version)).toEqual(version);
    expect(version).toMatchObject({
      sourceName: 'penguins.json',
      note: 'first',
      tags: { team: 'a' },
      digest: result.digest,
    });
    expect(version.columns[6]).toEqual({ name: 'Sex', type: 'string', nullable: true });
    const profile = await workspace.data.profile(result.versionId);
    expect(DatasetProfile.parse(profile)).toEqual(profile);
    const page = await workspace.data.rows(result.versionId, 340, 100);
    expect(page).toMatchObject({ offset: 340, total: 344, columns: version.columns });
    expect(page.rows).toHaveLength(4);
    const files = await workspace.data.snapshotFiles(result.versionId);
    const path = join(dir, 'workspace', 'datasets', `${result.digest.slice(7)}.parquet`);
    expect(files).toEqual([path]);
    expect(readFileSync(path).subarray(0, 4).toString()).toBe('PAR1');
  });

  it('makes no new version of the same content, and one of another', async () => {
    const source = file('a.csv', 'x\n1\n2\n');
    const first = await imported({ dataset: 'same', source });
    const again = await imported({ dataset: 'same', source: file('copy.csv', 'x\n1\n2\n'), note: 'again' });
    expect(again).toEqual({ ...first, created: false });
    const changed = await imported({ dataset: 'same', source: file('a.csv', 'x\n1\n3\n') });
    expect(changed).toMatchObject({ version: 2, created: true });
    const { items } = await workspace.data.listVersions('same', query());
    expect(items.map((version) => version.version)).toEqual([2, 1]);
  });

  it('lists datasets with their newest version, filtered and paged', async () => {
    await imported({ dataset: 'zebra', source: file('z.csv', 'x\n1\n') });
    await workspace.data.update('zebra', { description: 'stripes', tags: { kind: 'animal' } });
    const { items } = await workspace.data.list(query({ filter: "tags.kind = 'animal'" }));
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      name: 'zebra',
      description: 'stripes',
      versions: 1,
      latest: { version: 1, rows: 1 },
    });
    expect(Dataset.parse(items[0])).toEqual(items[0]);
    const page = await workspace.data.list(query({ sort: 'name', limit: 1 }));
    expect(page.nextCursor).not.toBeNull();
    const next = await workspace.data.list(query({ sort: 'name', limit: 1, cursor: page.nextCursor ?? '' }));
    expect(next.items[0]?.name).not.toBe(page.items[0]?.name);
  });

  it('imports an upload, bad rows counted and named in the log of the job', async () => {
    const text = 'a,b\n1,2\n3\n4,5\n6,7\n';
    const upload = await workspace.data.receiveUpload(
      'sent.csv',
      Readable.from([text.slice(0, 7), text.slice(7)].map((part) => Buffer.from(part))),
    );
    expect(upload).toMatchObject({ name: 'sent.csv', sizeBytes: text.length });
    const preview = await workspace.data.preview({ kind: 'upload', uploadId: upload.uploadId }, {}, 10);
    expect(preview.rows).toHaveLength(3);
    const job = await runImport({ dataset: 'sent', source: { kind: 'upload', uploadId: upload.uploadId } });
    expect(job.result).toMatchObject({ rows: 3, badRows: 1 });
    const logs = await workspace.jobs.logs(job.id, 0, 100);
    expect(logs.map((line) => line.text)).toContain('line 3: 1 fields where 2 are expected');
    expect((await workspace.data.getVersion(ImportResult.parse(job.result).versionId)).sourceName).toBe(
      'sent.csv',
    );
  });

  it('forgets an upload that breaks off', async () => {
    const broken = Readable.from(
      (async function* () {
        yield Buffer.from('a,b\n');
        throw new Error('the line went dead');
      })(),
    );
    await expect(workspace.data.receiveUpload('half.csv', broken)).rejects.toThrow('the line went dead');
    expect(
      readdirSync(join(dir, 'workspace', 'datasets', 'uploads')).filter((name) => name.endsWith('.part')),
    ).toEqual([]);
  });

  it('refuses at once what it cannot find', async () => {
    const request = (source: unknown) => ImportRequest.parse({ dataset: 'x', source });
    const missing = request({ kind: 'path', path: '/no/such/file.csv' });
    expect((await failureOf(workspace.data.import(missing))).code).toBe('datasets/source-not-found');
    const unknown = request({ kind: 'upload', uploadId: '../../token' });
    expect((await failureOf(workspace.data.import(unknown))).code).toBe('uploads/not-found');
    expect((await failureOf(workspace.data.get('nobody'))).code).toBe('datasets/not-found');
    expect((await failureOf(workspace.data.getVersion('dsv_x'))).code).toBe('datasets/version-not-found');
    expect((await failureOf(workspace.data.profile('dsv_x'))).code).toBe('datasets/version-not-found');
  });

  it('ends a job with the reason and leaves nothing behind', async () => {
    const before = readdirSync(join(dir, 'workspace', 'datasets'));
    const job = await runImport({ dataset: 'broken', source: file('broken.json', '[{"a":1},') });
    expect(job).toMatchObject({ state: 'failed', error: { code: 'datasets/unreadable' } });
    expect((await failureOf(workspace.data.get('broken'))).code).toBe('datasets/not-found');
    expect(readdirSync(join(dir, 'workspace', 'datasets'))).toEqual(before);
  });

  it('checks expressions over a version', async () => {
    const { versionId } = await imported({
      dataset: 'penguins',
      source: { kind: 'sample', name: 'penguins' },
    });
    expect(await workspace.data.checkExpression(versionId, '"Body Mass (g)" / 1000 > 4')).toBe('boolean');
    expect(await workspace.data.checkExpression(versionId, 'upper(Island)')).toBe('string');
    expect((await failureOf(workspace.data.checkExpression(versionId, 'mass > 4'))).code).toBe(
      'datasets/bad-expression',
    );
  });

  it('deletes a version, a dataset with its last version, and in the end its file when no other version has it', async () => {
    const one = await imported({ dataset: 'left', source: file('l.csv', 'x\n41\n') });
    const twin = await imported({ dataset: 'right', source: file('r.csv', 'x\n41\n') });
    const [path = ''] = await workspace.data.snapshotFiles(one.versionId);
    expect(await workspace.data.snapshotFiles(twin.versionId)).toEqual([path]);
    await workspace.data.deleteVersion(one.versionId);
    expect((await failureOf(workspace.data.get('left'))).code).toBe('datasets/not-found');
    expect((await workspace.data.rows(twin.versionId, 0, 10)).rows).toEqual([[41]]);
    await workspace.data.deleteVersion(twin.versionId);
    expect((await failureOf(workspace.data.deleteVersion(twin.versionId))).code).toBe(
      'datasets/version-not-found',
    );
    const hour = { graceMs: 3_600_000, dryRun: false };
    expect(await workspace.data.collectGarbage(hour)).toEqual({ versions: 0, removed: 0, freedBytes: 0 });
    expect(readFileSync(path).length).toBeGreaterThan(0);
    const now = { graceMs: 0, dryRun: false };
    expect(await workspace.data.collectGarbage(now)).toMatchObject({ versions: 2, removed: 1 });
    expect(() => readFileSync(path)).toThrow('ENOENT');
    expect((await failureOf(workspace.data.restoreVersion(twin.versionId))).code).toBe(
      'datasets/version-not-found',
    );
  });

  it('restores what was deleted, under its number and names', async () => {
    const one = await imported({ dataset: 'back', source: file('b1.csv', 'x\n61\n') });
    const two = await imported({ dataset: 'back', source: file('b2.csv', 'x\n62\n') });
    await workspace.data.setAlias('back', 'good', 1);
    await workspace.data.deleteVersion(one.versionId);
    await workspace.data.deleteVersion(two.versionId);
    expect((await failureOf(workspace.data.resolveVersion('back'))).code).toBe('datasets/not-found');
    const deleted = await workspace.data.listDeletedVersions(query());
    expect(deleted.items.filter(({ dataset }) => dataset === 'back').map(({ version }) => version)).toEqual([
      2, 1,
    ]);
    await workspace.data.restoreVersion(one.versionId);
    expect(await workspace.data.resolveVersion('back@good')).toMatchObject({
      id: one.versionId,
      deletedAtMs: null,
    });
    expect((await workspace.data.rows(one.versionId, 0, 10)).rows).toEqual([[61]]);
    expect(await workspace.data.get('back')).toMatchObject({ versions: 1, latest: { version: 1 } });
    // The number of a deleted version is not given again.
    const three = await imported({ dataset: 'back', source: file('b3.csv', 'x\n62\n') });
    expect(three).toMatchObject({ version: 3, digest: two.digest, created: true });
  });

  it('keeps a version that a run refers to', async () => {
    const { versionId, digest } = await imported({ dataset: 'used', source: file('u.csv', 'x\n1\n2\n3\n') });
    const input = { name: 'used', digest, context: 'training', datasetVersionId: versionId };
    await workspace.tracking.createRun(CreateRun.parse({ name: 'reads it', inputs: [input] }));
    const { code, message } = await failureOf(workspace.data.deleteVersion(versionId));
    expect(code).toBe('datasets/in-use');
    expect(message).toBe('Runs or models refer to used version 1');
  });

  it('removes snapshots that no version names, and only those', async () => {
    const { versionId } = await imported({ dataset: 'kept', source: file('k.csv', 'x\n5\n') });
    const stray = join(dir, 'workspace', 'datasets', `${'0'.repeat(64)}.parquet`);
    writeFileSync(stray, 'left by a crash');
    expect(await workspace.data.collectGarbage({ graceMs: 3_600_000, dryRun: false })).toMatchObject({
      removed: 0,
      freedBytes: 0,
    });
    expect(await workspace.data.collectGarbage({ graceMs: 0, dryRun: true })).toMatchObject({
      removed: 1,
      freedBytes: 15,
    });
    expect(await workspace.data.collectGarbage({ graceMs: 0, dryRun: false })).toMatchObject({
      removed: 1,
      freedBytes: 15,
    });
    expect((await workspace.data.rows(versionId, 0, 1)).rows).toEqual([[5]]);
  });
});
