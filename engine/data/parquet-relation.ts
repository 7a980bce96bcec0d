import { type DuckDb, duckDbError, quoteText } from '../duckdb/index.ts';
import type { OpenOptions, Relation } from './relation.ts';
import type { SourceFile } from './source.ts';

/** Makes a Parquet file readable as a table. Errors: `datasets/unreadable`. */
export async function openParquet(db: DuckDb, file: SourceFile, options: OpenOptions): Promise<Relation> {
  const from = `read_parquet(${quoteText(file.path)}, hive_partitioning = false)`;
  try {
    const columns = await db.describe(`SELECT * FROM ${from}`);
    return {
      format: 'parquet',
      from,
      columns: columns.map(({ name, type }) => ({ name, nativeType: type, becomes: null })),
      options: { ...options.read, format: 'parquet' },
      warnings: [],
      setAside: { count: 0, first: [] },
      rejects: null,
    };
  } catch (thrown) {
    throw duckDbError(thrown, 'datasets/unreadable', `${file.name} cannot be read`);
  }
}
