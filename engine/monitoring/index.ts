export { createDriftService } from './create-drift-service.ts';
export * from './drift-service.ts';
