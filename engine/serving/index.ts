export { type AsyncPredictions, createAsyncPredictions } from './async/async-predictions.ts';
export { createServingService } from './create-serving-service.ts';
export { columnEncoder, expectedCell } from './encode-cells.ts';
export { type EncodedRows, encodeRequest, maxRows } from './encode-request.ts';
export { createEndpointService } from './endpoints/create-endpoint-service.ts';
export type { EndpointService } from './endpoints/endpoint-service.ts';
export { newPace, runBatches, sliceFeeds } from './run-batches.ts';
export * from './serving-service.ts';
export { exampleRow, warmUp } from './warm-up.ts';
