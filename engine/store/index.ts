export { listBackups } from './backup.ts';
export * from './maintenance.ts';
export { openStore } from './open-store.ts';
export type { Database } from './schema/index.ts';
export { numberOfText } from './sql-functions.ts';
export { isUniqueViolation } from './sqlite-errors.ts';
export * from './store-types.ts';
