export { createLineageService } from './create-lineage-service.ts';
export type { LineageService } from './lineage-service.ts';
