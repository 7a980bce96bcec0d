export { createDataService, type DataServiceOptions } from './create-data-service.ts';
export * from './data-service.ts';
export {
  type DuckDb,
  type DuckDbOptions,
  duckDbError,
  openDuckDb,
  quoteIdentifier,
  quoteText,
  withDuckDb,
} from './duckdb.ts';
export { type Bins, edgesOf, numberBins } from './histogram-bins.ts';
