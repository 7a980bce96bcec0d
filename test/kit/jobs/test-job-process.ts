import { runJobProcess } from '../../../engine/jobs/run-job-process.ts';

const load = () => import('./test-job.ts');

runJobProcess({ import: load, train: load, drift: load, export: load, quickstart: load });
