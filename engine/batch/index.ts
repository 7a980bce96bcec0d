export type { BatchService } from './batch-service.ts';
export { createBatchService } from './create-batch-service.ts';
