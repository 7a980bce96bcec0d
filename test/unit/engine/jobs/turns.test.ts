import { expect, test } from 'vitest';
import { createJobTable, type JobTable } from '../../../../engine/jobs/job-table.ts';
import type { JobHandler } from '../../../../engine/jobs/job-types.ts';
import { createTurns } from '../../../../engine/jobs/turns.ts';
import { silentLogger } from '../../../../engine/system/index.ts';
import { tempStore } from '../../../kit/store.ts';

const handler: JobHandler = {
  kind: 'train',
  maxAttempts: 2,
  resumable: false,
  takesSlot: true,
  prepare: async (input) => input,
  onSuccess: async (output) => output,
};

test('a retry that falls due while queued jobs are looked through gets its turn', async () => {
  const dueAtMs = 1000;
  const table = createJobTable(await tempStore());
  const job = await table.insert('job_1', { kind: 'train', title: 'a job', input: null }, 2, 0);
  await table.claimNext(['train'], 0);
  await table.conclude(job.id, {
    state: 'queued',
    attempt: 1,
    maxAttempts: 2,
    notBeforeMs: dueAtMs,
    result: null,
    error: null,
    progress: { fraction: null, message: '' },
    endedAtMs: null,
  });

  let nowMs = dueAtMs - 1;
  const slow: JobTable = {
    ...table,
    async claimNext(kinds, atMs) {
      const row = await table.claimNext(kinds, atMs);
      nowMs = dueAtMs + 1;
      return row;
    },
  };
  const begun = Promise.withResolvers<string>();
  const turns = createTurns({
    table: slow,
    handlers: new Map([[handler.kind, handler]]),
    clock: { nowMs: () => nowMs },
    logger: silentLogger,
    hasFreeSlot: () => true,
    begin: ({ id }) => begun.resolve(id),
  });
  turns.start();
  expect(await begun.promise).toBe(job.id);
  await turns.stop();
});
