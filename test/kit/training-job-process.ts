import { runJobProcess } from '../../engine/jobs/run-job-process.ts';

runJobProcess({
  import: () => import('../../engine/data/import-job.ts'),
  train: () => import('../../engine/training/train-job.ts'),
  study: () => import('../../engine/training/study/study-job.ts'),
  'study-worker': () => import('../../engine/training/study/study-worker.ts'),
});
