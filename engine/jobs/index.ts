export { createJobQueue } from './job-queue.ts';
export * from './job-types.ts';
