export { createRunObjects } from './create-run-objects.ts';
export type { RunObjects } from './run-objects-service.ts';
