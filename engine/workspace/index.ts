export * from './workspace-types.ts';
