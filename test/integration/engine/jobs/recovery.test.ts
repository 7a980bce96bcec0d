import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Job } from '../../../../local-api/contract/index.ts';
import { type JobQueueFixture, jobQueueFixture } from '../../../kit/jobs/job-queue-fixture.ts';

let dir: string;
let fixture: JobQueueFixture;
const ended: Job[] = [];

/** An engine on the folder of the one before. */
async function nextEngine(): Promise<void> {
  fixture = await jobQueueFixture(dir);
  fixture.handle('export', { onEnd: async (job) => void ended.push(job) });
  fixture.handle('import', { resumable: true, onEnd: async (job) => void ended.push(job) });
}
/** Leaves the tables as an engine does that dies while the job runs. */
async function dieWhileRunning(job: Job, error: object | null = null): Promise<void> {
  await fixture.store.db
    .updateTable('jobs')
    .set((eb) => ({
      state: 'running',
      attempt: eb('attempt', '+', 1),
      error: error === null ? null : JSON.stringify(error),
    }))
    .where('id', '=', job.id)
    .execute();
  await fixture.store.close();
}

beforeEach(async () => {
  ended.length = 0;
  dir = mkdtempSync(join(tmpdir(), 'assay-recovery-'));
  await nextEngine();
});
afterEach(async () => {
  await fixture.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('a job that an engine died under', () => {
  it('runs again when it is resumable', async () => {
    const job = await fixture.submit({ do: 'echo', value: 'at last' }, { kind: 'import' });
    await dieWhileRunning(job);
    await nextEngine();
    await fixture.queue.start();
    expect(await fixture.queue.wait(job.id)).toMatchObject({
      state: 'succeeded',
      attempt: 2,
      maxAttempts: 2,
      result: 'at last',
    });
    expect(ended).toEqual([]);
  });

  it('is dead with jobs/interrupted when it is not, and its handler is told', async () => {
    const job = await fixture.submit({ do: 'echo', value: 0 });
    await dieWhileRunning(job);
    await nextEngine();
    await fixture.queue.start();
    const after = await fixture.queue.get(job.id);
    expect(after).toMatchObject({ state: 'dead', error: { code: 'jobs/interrupted' } });
    expect(ended).toEqual([after]);
  });

  it('is cancelled when that had been asked for', async () => {
    const job = await fixture.submit({ do: 'echo', value: 0 }, { kind: 'import' });
    await dieWhileRunning(job, { code: 'jobs/cancelled', message: 'The job was cancelled.', hint: '' });
    await nextEngine();
    await fixture.queue.start();
    expect((await fixture.queue.get(job.id)).state).toBe('cancelled');
    expect(ended.map(({ state }) => state)).toEqual(['cancelled']);
  });

  it('is given up when three engines died under it', async () => {
    const job = await fixture.submit({ do: 'sleep', ms: 60_000 }, { kind: 'import' });
    const states: string[] = [];
    for (let death = 1; death <= 4; death++) {
      await dieWhileRunning(job);
      await nextEngine();
      fixture.settings.concurrency = 0;
      await fixture.queue.start();
      states.push((await fixture.queue.get(job.id)).state);
    }
    expect(states).toEqual(['queued', 'queued', 'queued', 'dead']);
  });

  it('takes what it had started with it', async () => {
    const parent = await fixture.submit({ do: 'echo', value: 0 });
    const child = await fixture.submit({ do: 'sleep', ms: 60_000 }, { kind: 'import', parentId: parent.id });
    await dieWhileRunning(parent);
    await nextEngine();
    await fixture.queue.start();
    expect((await fixture.queue.get(child.id)).state).toBe('cancelled');
  });

  it('leaves no folder behind', async () => {
    const leftover = join(dir, 'tmp', 'jobs', 'job_dead-1');
    mkdirSync(leftover, { recursive: true });
    writeFileSync(join(leftover, 'half.parquet'), 'half');
    await fixture.queue.start();
    expect(existsSync(leftover)).toBe(false);
  });
});
