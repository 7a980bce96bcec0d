export { cellOf } from './cells.ts';
export { createDataService } from './create-data-service.ts';
export * from './data-service.ts';
export { numberBins } from './histogram-bins.ts';
export { writeQuery } from './query-snapshot.ts';
export { writeSnapshot } from './snapshot.ts';
export { sourceFile } from './source.ts';
