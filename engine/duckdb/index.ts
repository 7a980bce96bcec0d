export {
  type DuckDb,
  duckDbError,
  firstLine,
  openDuckDb,
  quoteIdentifier,
  quoteText,
  quoteTexts,
  withDuckDb,
} from './duckdb.ts';
export { areRowsNumbered, numberedParquetTable, parquetRowEnds, parquetTable } from './parquet-table.ts';
export { collectYoung } from './young-collection.ts';
