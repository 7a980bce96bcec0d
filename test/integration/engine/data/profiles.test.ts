import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorkspace, type Workspace } from '../../../../engine/index.ts';
import { ImportRequest, ImportResult, VersionProfile } from '../../../../local-api/contract/index.ts';
import { failureOf } from '../../../kit/data/snapshots.ts';

let dir: string;
let workspace: Workspace;
let versionId: string;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'assay-profiles-'));
  workspace = await openWorkspace({ dir: join(dir, 'workspace') });
  const path = join(dir, 'visits.csv');
  const lines = Array.from(
    { length: 200 },
    (_, i) => `${i},${i % 5 === 0 ? '' : i * 2},${i % 2 ? 'yes' : 'no'}`,
  );
  writeFileSync(path, `id,spent,back\n${lines.join('\n')}\n`);
  const request = ImportRequest.parse({ dataset: 'visits', source: { kind: 'path', path } });
  const job = await workspace.jobs.wait((await workspace.data.import(request)).id);
  versionId = ImportResult.parse(job.result).versionId;
});
afterAll(async () => {
  await workspace.close({ graceMs: 0 });
  rmSync(dir, { recursive: true, force: true });
});

describe('profile service', () => {
  it('shows what the import counted until more was asked for, then keeps what was computed', async () => {
    const { profiles, jobs } = workspace;
    const before = await profiles.get(versionId);
    expect(VersionProfile.parse(before)).toMatchObject({ rows: 200, details: null, target: null });
    expect(await failureOf(profiles.html(versionId))).toMatchObject({ code: 'datasets/not-profiled' });

    const first = await jobs.wait((await profiles.compute(versionId)).id);
    expect(first).toMatchObject({ kind: 'profile', state: 'succeeded' });
    expect(first.result).toMatchObject({ dataset: 'visits', version: 1 });
    const after = await profiles.get(versionId);
    expect(VersionProfile.parse(after)).toEqual(after);
    expect(after.details?.missing).toMatchObject({ columns: ['spent'], completeRows: 160 });

    const second = await jobs.wait((await profiles.compute(versionId, 'back')).id);
    expect(second.state).toBe('succeeded');
    const withTarget = await profiles.get(versionId, 'back');
    expect(withTarget.target).toMatchObject({ column: 'back', kind: 'category' });
    // The details were kept, not computed once more.
    expect(withTarget.details).toEqual(after.details);
    expect((await profiles.html(versionId, 'back')).html).toContain('Target: back');
  });

  it('computes details of an older form anew', async () => {
    await workspace.store.db.updateTable('dataset_profiles').set({ format: 0 }).execute();
    expect((await workspace.profiles.get(versionId)).details).toBeNull();
    const job = await workspace.jobs.wait((await workspace.profiles.compute(versionId)).id);
    expect(job.state).toBe('succeeded');
    expect((await workspace.profiles.get(versionId)).details).not.toBeNull();
  });

  it('compares two columns', async () => {
    const pair = await workspace.profiles.interaction(versionId, 'id', 'spent');
    expect(pair.rows).toBe(160);
    expect(pair.grid?.points.length).toBe(160);
  });

  it('names the columns there are when asked for one that is not', async () => {
    const failure = { code: 'datasets/column-not-found' };
    const { profiles } = workspace;
    expect(await failureOf(profiles.get(versionId, 'Spent'))).toMatchObject(failure);
    expect(await failureOf(profiles.compute(versionId, 'Spent'))).toMatchObject(failure);
    const thrown = await failureOf(profiles.interaction(versionId, 'id', 'x"; DROP'));
    expect(thrown).toMatchObject(failure);
    expect(thrown.message).toContain('id, spent, back');
    expect(await failureOf(profiles.get('dsv_none'))).toMatchObject({ code: 'datasets/version-not-found' });
  });
});
