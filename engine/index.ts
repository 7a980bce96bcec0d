export * from './errors.ts';
export { runJobProcess } from './jobs/index.ts';
export * from './workspace/index.ts';
