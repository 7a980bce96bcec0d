import type { Column, FileFormat, ReadOptions } from '../../local-api/contract/index.ts';
import { type DuckDb, duckDbError, quoteIdentifier } from '../duckdb/index.ts';
import { AssayError } from '../errors.ts';
import { isWideInteger } from './column-types.ts';
import { openCsv } from './csv-relation.ts';
import { checkSyntax, expressionType } from './expression.ts';
import { openJson } from './json-relation.ts';
import { openParquet } from './parquet-relation.ts';
import { type ProjectedColumn, projectColumns, selectRows } from './projection.ts';
import type { OpenOptions, Relation } from './relation.ts';
import { detectFormat, partsOf, type SourceFile } from './source.ts';
import { narrowed } from './wide-relation.ts';

export type OpenedSource = {
  relation: Relation;
  columns: ProjectedColumn[];
  /** The query for the rows that are kept. */
  select: string;
};

/**
 * Opens a file as a table with the columns that a snapshot would have, and checks the condition over them.
 * Errors: those of the format, `request/invalid` for corrections that do not fit, `datasets/bad-expression`.
 */
export async function openSource(db: DuckDb, file: SourceFile, options: OpenOptions): Promise<OpenedSource> {
  const { read } = options;
  const { relation, safe } = await narrowed(db, await openRelation(db, file, options), options);
  const wideFits = await columnsThatFit(db, file, relation);
  const columns = projectColumns(relation, read, wideFits, safe);
  if (read.where !== undefined) {
    await checkSyntax(
      db,
      read.where,
      columns.map((column) => column.name),
    );
    await expressionType(db, read.where, `(${selectRows(relation, columns, {})})`);
  }
  return {
    relation,
    columns,
    select: selectRows(relation, columns, { where: read.where, limit: read.limit }),
  };
}

async function openRelation(db: DuckDb, file: SourceFile, options: OpenOptions): Promise<Relation> {
  const [first = file] = partsOf(file);
  if (first.staged !== undefined) {
    const relation = await openCsv(db, file, 'csv', options);
    const { format = 'csv', warnings = [], options: read = {} } = file.origin ?? {};
    return {
      ...relation,
      format,
      options: { ...relation.options, ...read },
      warnings: [...warnings, ...relation.warnings],
    };
  }
  const format = await detectFormat(first, options.read.format);
  const relation = await openFormat(db, file, format, options);
  return { ...relation, warnings: [...(file.origin?.warnings ?? []), ...relation.warnings] };
}

async function openFormat(
  db: DuckDb,
  file: SourceFile,
  format: FileFormat,
  options: OpenOptions,
): Promise<Relation> {
  switch (format) {
    case 'csv':
    case 'tsv':
      return openCsv(db, file, format, options);
    case 'json':
    case 'jsonl':
      return openJson(db, file, format, options);
    case 'parquet':
      return openParquet(db, file, options);
    case 'excel':
    case 'arrow':
    case 'sqlite':
      throw new AssayError(
        'datasets/unsupported-format',
        `${file.name} must be imported as a dataset: ${format} files are not read in place`,
      );
  }
}

/** Which columns of a wide integer type have only values of 64 bits. Costs a scan of those columns. */
async function columnsThatFit(db: DuckDb, file: SourceFile, relation: Relation): Promise<Set<string>> {
  const wide = relation.columns.filter((column) => isWideInteger(column.nativeType));
  if (wide.length === 0) return new Set();
  const tests = wide.map((column) => {
    const name = quoteIdentifier(column.name);
    const isSigned = column.nativeType === 'HUGEINT';
    const low = isSigned ? ` AND min(${name}) >= -9223372036854775808` : '';
    return `coalesce(max(${name}) <= 9223372036854775807${low}, true)`;
  });
  try {
    const [row] = await db.rows(`SELECT ${tests.join(', ')} FROM ${relation.from}`);
    return new Set(wide.filter((_, index) => row?.[index] === true).map((column) => column.name));
  } catch (thrown) {
    throw duckDbError(thrown, 'datasets/unreadable', `${file.name} cannot be read`);
  }
}

/** The options with which the file was read, for the record: what was given, and the guessed dialect. */
export function settledOptions(relation: Relation, read: ReadOptions): ReadOptions {
  return { ...relation.options, ...(read.columns === undefined ? {} : { columns: read.columns }) };
}

export function columnList(
  columns: readonly ProjectedColumn[],
  nullable: (index: number) => boolean,
): Column[] {
  return columns.map(({ name, type }, index) => ({ name, type, nullable: nullable(index) }));
}
