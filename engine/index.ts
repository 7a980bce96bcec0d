export * from './errors.ts';
export * from './workspace/index.ts';
