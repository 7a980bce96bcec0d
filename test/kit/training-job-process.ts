import { runJobProcess } from '../../engine/jobs/run-job-process.ts';

runJobProcess({
  import: () => import('../../engine/data/import-job.ts'),
  train: () => import('../../engine/training/train-job.ts'),
});
