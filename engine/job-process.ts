/** Door of the script that job processes run. Apart from index.ts, so that a job does not wait for the whole engine to load. */
export { runJobProcess } from './jobs/run-job-process.ts';
export { engineJobModules } from './workspace/job-modules.ts';
