import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openWorkspace } from '../../engine/index.ts';
import { silentLogger } from '../../engine/system/index.ts';
import { runFiles } from '../../engine/training/index.ts';
import { TrainRequest } from '../../local-api/contract/index.ts';
import { listQuery } from '../kit/workspace.ts';
import { type Acknowledgement, allProcessesGone, runUntilKilled } from './crash-harness.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'assay-fault-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('kill -9 in the middle of a search', () => {
  it('goes on at the next start, keeps every finished trial, and gives the model of an undisturbed search', async () => {
    const said: Acknowledgement[] = [];
    for (const [seed, killAfterMs] of [0, 150].entries()) {
      said.push(...(await runUntilKilled('search-settings.ts', dir, { killAfterMs, after: 'trial', seed })));
      await allProcessesGone(dir);
    }
    const workspace = await openWorkspace({
      dir: join(dir, 'workspace'),
      logger: silentLogger,
      environment: {},
    });
    try {
      const { jobs, tracking, training } = workspace;
      const [job] = (await jobs.list(listQuery({ filter: "kind = 'study'" }))).items;
      const resumed = await jobs.wait(job?.id ?? '');
      expect(resumed.error).toBeNull();
      expect(resumed.state).toBe('succeeded');
      for (const { runId, endedAtMs } of said) {
        // Finished once, and not touched again.
        expect((await tracking.getRun(String(runId))).endedAtMs).toBe(endedAtMs);
      }
      const { recipe } = TrainRequest.pick({ recipe: true }).parse(resumed.input);
      const undisturbed = await jobs.wait((await training.start(TrainRequest.parse({ recipe }))).id);
      const modelOf = async (runId: string | null) =>
        (await tracking.findArtifact(runId ?? '', runFiles.model)).digest;
      expect(await modelOf(resumed.runId)).toBe(await modelOf(undisturbed.runId));
      const trials = await tracking.countRuns(`parentRunId = '${resumed.runId}'`);
      expect(trials).toBe(10);
    } finally {
      await workspace.close({ graceMs: 0 });
    }
  });
});
