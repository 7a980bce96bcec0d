export { createDriftService, type DriftServiceOptions } from './create-drift-service.ts';
export * from './drift-service.ts';
