export { jobEnvironment } from './job-environment.ts';
export { type JobProcess, startJobProcess } from './job-process.ts';
export { createJobQueue } from './job-queue.ts';
export * from './job-types.ts';
export { createRunBeside, type RunBeside } from './run-beside.ts';
export { checkTimes, nextTimes } from './schedules/cron-times.ts';
export { createScheduler, type Scheduler, type WorkStarter } from './schedules/scheduler.ts';
