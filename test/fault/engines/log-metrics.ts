/** Logs batches of metrics and params from several callers at once, until it is killed. */
import { openWorkspace } from '../../../engine/index.ts';
import { silentLogger } from '../../../engine/system/index.ts';
import { logBatch, newRun } from '../../kit/workspace.ts';
import { acknowledge, folderAndSeed, ready, workspaceIn } from './acknowledge.ts';

const { dir } = folderAndSeed();
const { tracking } = await openWorkspace({ dir: workspaceIn(dir), logger: silentLogger, environment: {} });
const { id: runId } = await tracking.createRun(newRun());
acknowledge('run', { runId });
ready();
await Promise.all(
  Array.from({ length: 8 }, async (_, caller) => {
    const key = `loss/${caller}`;
    for (let batch = 0; ; batch++) {
      const metrics = Array.from({ length: 50 }, (_, index) => {
        const step = batch * 50 + index;
        return { key, value: 1 / (step + 1), step, timestampMs: step };
      });
      await tracking.log(runId, logBatch({ metrics, params: { [`${key}/${batch}`]: String(batch) } }));
      acknowledge('logged', { runId, key, batch });
    }
  }),
);
