import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Job } from '../../local-api/contract/index.ts';
import { jobQueueFixture } from '../kit/jobs/job-queue-fixture.ts';
import { type Acknowledgement, allProcessesGone, momentsToKill, runUntilKilled } from './crash-harness.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'assay-fault-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** What may become of a job, given what was said of it before the kill. */
function checkFate(job: Job, said: readonly Acknowledgement[]): void {
  const was = (what: string): boolean => said.some((line) => line.what === what && line.id === job.id);
  if (was('succeeded')) {
    expect(job.state).toBe('succeeded');
  } else if (was('cancelled')) {
    expect(job.state).toBe('cancelled');
  } else if (job.state === 'dead') {
    // It was running and cannot be taken up again; a resumable one is given up only after several crashes.
    expect(job.error?.code).toBe('jobs/interrupted');
    if (job.kind === 'import') expect(job.attempt).toBeGreaterThan(3);
  } else {
    expect(['succeeded', 'cancelled']).toContain(job.state);
  }
}

describe('kill -9 while jobs run', () => {
  it('loses no acknowledged job or result, runs on what can be run on and ends the rest, six times over', async () => {
    const said: Acknowledgement[] = [];
    for (const moment of momentsToKill(6, 200, 1500)) {
      said.push(...(await runUntilKilled('run-jobs.ts', dir, moment)));
      await allProcessesGone(dir);
    }
    const submitted = said.filter((line) => line.what === 'submitted');
    expect(submitted.length).toBeGreaterThan(30);

    const fixture = await jobQueueFixture(dir);
    try {
      fixture.handle('import', { resumable: true });
      fixture.handle('export');
      fixture.handle('train');
      // Jobs in millisecond processes: all that is left is run in a few seconds.
      fixture.settings.concurrency = 4;
      // Those that never came to their turn would spin for a minute.
      const { items: unstarted } = await fixture.queue.list({
        filter: "kind = 'train' and state = 'queued'",
        limit: 100,
      });
      for (const { id } of unstarted) {
        await fixture.queue.cancel(id);
        said.push({ what: 'cancelled', id });
      }
      await fixture.queue.start();
      expect(await fixture.queue.count("state = 'dead' and kind = 'train'")).toBeGreaterThan(2);
      for (const line of submitted) {
        const job = await fixture.queue.wait(String(line.id));
        checkFate(job, said);
        if (job.state === 'succeeded' && line.value !== undefined) expect(job.result).toBe(line.value);
      }
      expect(await fixture.queue.count("state in ('queued', 'running')")).toBe(0);
      expect(await readdir(join(dir, 'tmp', 'jobs'))).toEqual([]);
      expect(await fixture.store.check()).toEqual([]);
    } finally {
      await fixture.close();
    }
  });
});
