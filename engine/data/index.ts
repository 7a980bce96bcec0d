export { cellOf } from './cells.ts';
export { createDataService } from './create-data-service.ts';
export * from './data-service.ts';
export { numberBins } from './histogram-bins.ts';
