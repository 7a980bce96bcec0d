/** What job processes run: the kinds of the engine, and those of the API. */
import { engineJobModules, runJobProcess } from '../engine/job-process.ts';

runJobProcess({
  ...engineJobModules,
  quickstart: () => import('./quickstart/quickstart-job.ts'),
  'export-runs': () => import('./run-exports/export-runs-job.ts'),
  exec: () => import('./rerun/command-job.ts'),
});
