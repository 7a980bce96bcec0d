/** Predicts one large batch, or goes on with it, until it is killed. */
import { openWorkspace } from '../../../engine/index.ts';
import { silentLogger } from '../../../engine/system/index.ts';
import { BatchPredictionRequest, ImportRequest } from '../../../local-api/contract/index.ts';
import { registerModel } from '../../kit/models/register-model.ts';
import { lateModel } from '../../kit/models/sample-models.ts';
import { listQuery } from '../../kit/workspace.ts';
import { acknowledge, folderAndSeed, ready, workspaceIn } from './acknowledge.ts';

const { dir } = folderAndSeed();
const workspace = await openWorkspace({ dir: workspaceIn(dir), logger: silentLogger, environment: {} });
const { batches, data, events, jobs } = workspace;

// A job says a fraction of one half when it has predicted about half of the rows; then it may be killed.
events.subscribe((event) => {
  if (event.type === 'job.changed' && event.data.kind === 'batch-predict' && (event.data.fraction ?? 0) > 0.1)
    acknowledge('predicting', { fraction: event.data.fraction });
});
const { items } = await batches.list(listQuery());
if (items.length === 0) {
  await registerModel(workspace, 'late', lateModel());
  const source = { kind: 'sample', name: 'penguins' };
  await jobs.wait((await data.import(ImportRequest.parse({ dataset: 'penguins', source }))).id);
  const rows = 'SELECT i, ((i * 7919) % 2001 - 1000) / 100 AS x FROM range(2000000) AS numbers(i)';
  const batch = await batches.start(
    BatchPredictionRequest.parse({
      model: 'late',
      source: { kind: 'sql', dataset: 'penguins', sql: rows },
      keep: ['i', 'x'],
    }),
  );
  acknowledge('submitted', { id: batch.id });
}
ready();
setInterval(() => {}, 1000);
