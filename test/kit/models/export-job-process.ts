import { runJobProcess } from '../../../engine/jobs/run-job-process.ts';

runJobProcess({
  export: () => import('../../../engine/models/export-job.ts'),
  gates: () => import('../../../engine/models/gates-job.ts'),
});
