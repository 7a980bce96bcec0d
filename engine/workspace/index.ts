export { databaseTools } from './database-tools.ts';
export { openWorkspace } from './open-workspace.ts';
export * from './workspace-types.ts';
