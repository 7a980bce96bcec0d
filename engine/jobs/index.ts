export { createJobQueue, type JobQueueOptions } from './job-queue.ts';
export * from './job-types.ts';
