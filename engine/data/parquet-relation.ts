import { type DuckDb, duckDbError, quoteIdentifier, quoteTexts } from '../duckdb/index.ts';
import { fileColumnName } from './file-column.ts';
import { partitionsOf } from './partitions.ts';
import type { OpenOptions, Relation } from './relation.ts';
import { partsOf, type SourceFile } from './source.ts';

/** The column in which DuckDB gives paths. */
const FILE_PATH = 'assay_file_path';

/** Makes Parquet files readable as one table, columns united by name. Errors: `datasets/unreadable`. */
export async function openParquet(db: DuckDb, file: SourceFile, options: OpenOptions): Promise<Relation> {
  const parts = partsOf(file);
  const paths = quoteTexts(parts.map(({ path }) => path));
  const withName = options.read.fileColumn === true;
  const several = parts.length > 1 ? ', union_by_name = true' : '';
  const partitions = partitionsOf(file, options.read.partitions).options.join(', ');
  const plain = `read_parquet(${paths}, ${partitions}${several})`;
  try {
    const columns = await db.describe(`SELECT * FROM ${plain}`);
    const name = withName ? fileColumnName(columns) : null;
    const read = columns.map((column) => ({ name: column.name, nativeType: column.type, becomes: null }));
    const names = quoteTexts(parts.map((part) => part.name));
    return {
      format: 'parquet',
      from:
        name === null
          ? plain
          : `(SELECT * EXCLUDE (${FILE_PATH}), ${names}[list_position(${paths}, ${FILE_PATH})] AS ${quoteIdentifier(name)}
             FROM read_parquet(${paths}, ${partitions}${several}, filename = '${FILE_PATH}'))`,
      columns: name === null ? read : [...read, { name, nativeType: 'VARCHAR', becomes: null }],
      options: { ...options.read, format: 'parquet' },
      warnings: parts.length > 1 ? await missingColumns(db, parts, columns) : [],
      setAside: { count: 0, path: null },
      rejects: null,
      places: null,
    };
  } catch (thrown) {
    throw duckDbError(thrown, 'datasets/unreadable', `${file.name} cannot be read`);
  }
}

/** Columns that some of the files lack: their rows have no value there. */
async function missingColumns(
  db: DuckDb,
  parts: readonly { path: string }[],
  columns: readonly { name: string }[],
): Promise<string[]> {
  const paths = quoteTexts(parts.map(({ path }) => path));
  const rows = await db.rows(
    `SELECT lower(name), count(DISTINCT file_name) FROM parquet_schema(${paths}) WHERE num_children IS NULL OR num_children = 0 GROUP BY 1`,
  );
  const found = new Map(rows.map(([name, count]) => [String(name), Number(count)]));
  return columns.flatMap(({ name }) => {
    const count = found.get(name.toLowerCase()) ?? parts.length;
    return count === parts.length
      ? []
      : [`Column "${name}" is not in ${parts.length - count} of ${parts.length} files and missing there`];
  });
}
