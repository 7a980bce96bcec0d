import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openWorkspace } from '../../engine/index.ts';
import { silentLogger } from '../../engine/system/index.ts';
import { BatchPredictionRequest } from '../../local-api/contract/index.ts';
import { listQuery } from '../kit/workspace.ts';
import { allProcessesGone, runUntilKilled } from './crash-harness.ts';
import { workspaceIn } from './engines/acknowledge.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'assay-fault-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe('kill -9 in the middle of a batch prediction', () => {
  it('goes on with the chunk it was at, twice over, and gives the bytes of a batch that was left alone', async () => {
    const kill = { killAfterMs: 0, after: 'predicting', seed: 1 };
    await runUntilKilled('predict-batch.ts', dir, kill);
    await allProcessesGone(dir);
    const started = await readdir(join(workspaceIn(dir), 'batches'));
    expect(started).toHaveLength(1);
    await runUntilKilled('predict-batch.ts', dir, { ...kill, killAfterMs: 60 });
    await allProcessesGone(dir);

    const { batches, jobs, close } = await openWorkspace({
      dir: workspaceIn(dir),
      logger: silentLogger,
      environment: {},
    });
    try {
      const [interrupted] = (await batches.list(listQuery())).items;
      const job = await jobs.wait(interrupted?.jobId ?? '');
      expect(job).toMatchObject({ state: 'succeeded', attempt: 3 });
      const log = (await jobs.logs(job.id, 0, 100)).map(({ text }) => text);
      expect(log.filter((text) => text.startsWith('Going on'))).not.toEqual([]);

      const resumed = await batches.get(interrupted?.id ?? '');
      const { model, source, keep } = resumed;
      const again = await batches.start(BatchPredictionRequest.parse({ model, source, keep }));
      await jobs.wait(again.jobId);
      const alone = await batches.get(again.id);
      expect(resumed).toMatchObject({ predicted: 2_000_000, rejected: 0, dataDigest: alone.dataDigest });
      expect(resumed.output?.digest).toBe(alone.output?.digest);
      expect(await readdir(join(workspaceIn(dir), 'batches'))).toEqual([]);
    } finally {
      await close({ graceMs: 0 });
    }
  });
});
