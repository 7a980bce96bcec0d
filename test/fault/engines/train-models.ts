/** Trains small models, a different one each time, until it is killed. */
import { openWorkspace } from '../../../engine/index.ts';
import { silentLogger } from '../../../engine/system/index.ts';
import { ImportRequest, ImportResult, TrainRequest } from '../../../local-api/contract/index.ts';
import { listQuery } from '../../kit/workspace.ts';
import { acknowledge, folderAndSeed, ready, workspaceIn } from './acknowledge.ts';

const { dir, seed } = folderAndSeed();
const { data, jobs, training } = await openWorkspace({
  dir: workspaceIn(dir),
  logger: silentLogger,
  environment: {},
});

async function penguins(): Promise<string> {
  const { items } = await data.list(listQuery());
  const known = items.find(({ name }) => name === 'penguins')?.latest?.id;
  if (known !== undefined) return known;
  const source = { kind: 'sample', name: 'penguins' };
  const job = await jobs.wait((await data.import(ImportRequest.parse({ dataset: 'penguins', source }))).id);
  return ImportResult.parse(job.result).versionId;
}

const dataset = await penguins();
let number = 0;
ready();
await Promise.all(
  [0, 1].map(async () => {
    for (;;) {
      const recipe = {
        version: 1,
        dataset,
        target: { column: 'Species' },
        task: 'classification',
        split: { kind: 'random' },
        trainer: { kind: 'gbdt', trees: 20 },
        seed: seed * 100 + number++,
      };
      const job = await training.start(TrainRequest.parse({ recipe }));
      acknowledge('submitted', { jobId: job.id, runId: job.runId });
      const { state, result } = await jobs.wait(job.id);
      if (state === 'succeeded') acknowledge('trained', { runId: job.runId, result });
    }
  }),
);
