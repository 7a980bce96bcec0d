export * from './job-types.ts';
