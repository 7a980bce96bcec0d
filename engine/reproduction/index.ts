export type { CommandJobInput, CommandJobOutput } from './command-handler.ts';
export { createReproductionService, type ReproductionService } from './reproduction-service.ts';
