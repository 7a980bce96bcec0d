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
