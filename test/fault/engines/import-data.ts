/** Imports a CSV file again and again, a different part of it each time, until it is killed. */
import { join } from 'node:path';
import { openWorkspace } from '../../../engine/index.ts';
import { silentLogger } from '../../../engine/system/index.ts';
import { ImportRequest } from '../../../local-api/contract/index.ts';
import { acknowledge, folderAndSeed, ready, workspaceIn } from './acknowledge.ts';

const { dir, seed } = folderAndSeed();
const { data, jobs } = await openWorkspace({
  dir: workspaceIn(dir),
  logger: silentLogger,
  environment: {},
});
let number = 0;
ready();
await Promise.all(
  [0, 1].map(async () => {
    for (;;) {
      const limit = 20_000 + seed * 1000 + number++;
      const request = { dataset: `part-${seed}`, source: { kind: 'path', path: join(dir, 'data.csv') } };
      const job = await data.import(ImportRequest.parse({ ...request, options: { limit } }));
      acknowledge('submitted', { jobId: job.id });
      const { state, result } = await jobs.wait(job.id);
      if (state === 'succeeded') acknowledge('imported', { limit, result });
    }
  }),
);
