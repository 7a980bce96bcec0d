import { afterEach, beforeEach, expect, it } from 'vitest';
import { openWorkspace, type Workspace } from '../../../../engine/index.ts';
import { silentLogger } from '../../../../engine/system/index.ts';
import { tempFolder } from '../../../kit/temp-folder.ts';

let workspace: Workspace | null = null;
beforeEach(() => {
  workspace = null;
});
afterEach(() => workspace?.close());

async function open(): Promise<Workspace> {
  workspace = await openWorkspace({ dir: tempFolder(), logger: silentLogger, startJobs: false });
  return workspace;
}

async function addJob(
  { store }: Workspace,
  id: string,
  fields: { state?: 'succeeded' | 'queued'; endedAtMs?: number | null; runId?: string; lines?: number } = {},
): Promise<void> {
  const { state = 'succeeded', endedAtMs = 1000, runId, lines = 1 } = fields;
  await store.db
    .insertInto('jobs')
    .values({
      id,
      kind: 'export',
      title: id,
      state,
      max_attempts: 1,
      input: 'null',
      run_id: runId ?? null,
      created_at_ms: 1,
      ended_at_ms: endedAtMs,
    })
    .execute();
  const insert = store.sqlite.prepare('INSERT INTO job_logs VALUES (?, ?, 1, ?, ?)');
  store.sqlite.transaction(() => {
    for (let seq = 1; seq <= lines; seq += 1) insert.run(id, seq, 'info', 'a line');
  })();
}

it('removes old ended jobs with all of their log, and leaves young ones, waiting ones and those of runs', async () => {
  const opened = await open();
  const { id: experimentId } = await opened.tracking.createExperiment({
    name: 'e',
    description: '',
    tags: {},
  });
  const run = await opened.tracking.createRun({
    experimentId,
    name: 'kept',
    params: {},
    tags: {},
    source: '',
    notes: '',
    inputs: [],
    status: 'finished',
  });
  await addJob(opened, 'old', { lines: 4500 });
  await addJob(opened, 'old-of-a-run', { runId: run.id });
  await addJob(opened, 'old-of-a-run-that-is-gone', { runId: 'f'.repeat(32) });
  await addJob(opened, 'young', { endedAtMs: 5000 });
  await addJob(opened, 'waiting', { state: 'queued', endedAtMs: null });
  expect(await opened.jobs.prune(1000)).toBe(2);
  const left = await opened.store.db.selectFrom('jobs').select('id').orderBy('id').execute();
  expect(left.map(({ id }) => id)).toEqual(['old-of-a-run', 'waiting', 'young']);
  const logs = await opened.store.db
    .selectFrom('job_logs')
    .select('job_id')
    .distinct()
    .orderBy('job_id')
    .execute();
  expect(logs.map((row) => row.job_id)).toEqual(['old-of-a-run', 'waiting', 'young']);
  expect(await opened.jobs.prune(1000)).toBe(0);
});
