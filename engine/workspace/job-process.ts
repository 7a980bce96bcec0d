/** What a job process of the engine alone runs; the API brings a script with more kinds. */
import { runJobProcess } from '../jobs/run-job-process.ts';
import { engineJobModules } from './job-modules.ts';

runJobProcess(engineJobModules);
