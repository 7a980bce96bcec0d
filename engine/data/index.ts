export { createDataService } from './create-data-service.ts';
export * from './data-service.ts';
export { type DuckDb, quoteIdentifier, quoteText, withDuckDb } from './duckdb.ts';
export { numberBins } from './histogram-bins.ts';
