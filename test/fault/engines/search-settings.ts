/** Searches for settings, telling of every trial that is finished, until it is killed. */
import { openWorkspace } from '../../../engine/index.ts';
import { silentLogger } from '../../../engine/system/index.ts';
import { ImportRequest, ImportResult, TrainRequest } from '../../../local-api/contract/index.ts';
import { acknowledge, folderAndSeed, ready, workspaceIn } from './acknowledge.ts';

const { dir } = folderAndSeed();
const { data, jobs, tracking, training, events } = await openWorkspace({
  dir: workspaceIn(dir),
  logger: silentLogger,
  environment: {},
});
const told = new Set<string>();
events.subscribe((event) => {
  if (event.type === 'run.changed') void tell(event.data.runId);
});

async function tell(runId: string): Promise<void> {
  const run = await tracking.getRun(runId);
  if (run.status !== 'finished' || run.params.trial === undefined || told.has(runId)) return;
  told.add(runId);
  acknowledge('trial', { runId, endedAtMs: run.endedAtMs });
}

ready();
if ((await jobs.count("kind = 'study'")) === 0) {
  const source = { kind: 'sample', name: 'penguins' };
  const job = await jobs.wait((await data.import(ImportRequest.parse({ dataset: 'penguins', source }))).id);
  const recipe = {
    task: 'classification',
    dataset: ImportResult.parse(job.result).versionId,
    target: { column: 'Species' },
    trainer: { kind: 'gbdt', trees: 20, minLeafRows: 5 },
    validation: { kind: 'kfold', folds: 3 },
    tuning: { method: { kind: 'tpe', startup: 4 }, trials: 10, batch: 3 },
  };
  await training.start(TrainRequest.parse({ recipe }));
}
setInterval(() => {}, 1000);
