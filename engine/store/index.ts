export type { Database } from './schema/index.ts';
export * from './store-types.ts';
