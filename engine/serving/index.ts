export { createServingService } from './create-serving-service.ts';
export { encodeRequest } from './encode-request.ts';
export { newPace, runBatches } from './run-batches.ts';
export * from './serving-service.ts';
export { exampleRow, warmUp } from './warm-up.ts';
