import type { FileFormat } from '../../local-api/contract/index.ts';
import { type DuckDb, quoteIdentifier, quoteText, quoteTexts } from '../duckdb/index.ts';
import { AssayError } from '../errors.ts';
import type { CsvDialect } from './csv-dialect.ts';
import { CSV_ERRORS, CSV_SCANS, LINE_BYTES } from './csv-errors.ts';
import { type CsvPart, openCsvPart, type UnitedColumns, uniteColumns } from './csv-parts.ts';
import { rejectsReader } from './csv-rejects.ts';
import { fileColumnName } from './file-column.ts';
import { type Partitions, partitionsOf, withPartitions } from './partitions.ts';
import { placesOfRows } from './places.ts';
import type { OpenOptions, Relation, SourceColumn } from './relation.ts';
import { partsOf, type SourceFile } from './source.ts';

/**
 * Makes one CSV or several readable by DuckDB. The dialect, header and types come from our own look at the heads:
 * DuckDB's sniffer drops ragged rows and turns leading zeros into numbers. Bad rows are kept aside by DuckDB with
 * their place and reason. Columns of several files are united by name.
 *
 * Errors: `datasets/empty`, `datasets/unreadable`, `datasets/unsupported-format`.
 */
export async function openCsv(
  db: DuckDb,
  file: SourceFile,
  format: Extract<FileFormat, 'csv' | 'tsv'>,
  options: OpenOptions,
): Promise<Relation> {
  const { read } = options;
  const parts: CsvPart[] = [];
  const skipped: string[] = [];
  const all = partsOf(file);
  for (const [index, source] of all.entries()) {
    const part = await openCsvPart(source, format, options, index, parts[0]?.dialect.header).catch(
      (thrown: unknown) => {
        // One file without rows among others is no fault.
        if (!(thrown instanceof AssayError) || thrown.code !== 'datasets/empty' || all.length === 1)
          throw thrown;
        skipped.push(source.name);
        return null;
      },
    );
    if (part !== null) parts.push(part);
    options.signal?.throwIfAborted();
  }
  const [first] = parts;
  if (first === undefined) throw new AssayError('datasets/empty', `No file of ${file.name} has rows`);
  const united = uniteColumns(parts, file);
  const partitions = partitionsOf(file, read.partitions);
  const columns = withPartitions(united.columns, partitions);
  const name = read.fileColumn === true ? fileColumnName(columns) : null;
  const { dialect } = first;
  const cut =
    first.source.staged === undefined ? { format, delimiter: dialect.delimiter, quote: dialect.quote } : {};
  const typed = first.source.staged?.kind === 'typed';
  const encoding = first.encoding === 'utf-8' ? {} : { encoding: first.encoding };
  return {
    format,
    from: fromOf(parts, united, { nullStrings: read.nullStrings ?? [], fileColumn: name, partitions }),
    columns: [...columns, ...(name === null ? [] : [{ name, nativeType: 'VARCHAR', becomes: null }])],
    options: { ...read, ...cut, ...encoding, ...(typed ? {} : { header: dialect.header }) },
    warnings: [
      ...notesOf(parts),
      ...united.warnings,
      ...(skipped.length === 0
        ? []
        : [`${skipped.length} files have no rows: ${skipped.slice(0, 3).join(', ')}`]),
    ],
    setAside: { count: 0, path: null },
    rejects: rejectsReader(db, parts, united.columns),
    places: (rows) => placesOfRows(db, parts, rows),
  };
}

/** Of many files that say the same, it is said once. */
function notesOf(parts: readonly CsvPart[]): string[] {
  if (parts.length === 1) return parts[0]?.warnings ?? [];
  const notes = new Map<string, string[]>();
  for (const { warnings, source } of parts) {
    for (const warning of warnings) notes.set(warning, [...(notes.get(warning) ?? []), source.name]);
  }
  return [...notes].map(([warning, files]) =>
    files.length === parts.length
      ? warning
      : `${files.slice(0, 3).join(', ')}${files.length > 3 ? ' …' : ''}: ${warning}`,
  );
}

/** Files that stand next to each other and are read alike are one call. */
function fromOf(parts: readonly CsvPart[], { columns, places }: UnitedColumns, options: CsvReading): string {
  const { fileColumn, partitions } = options;
  const folders = withPartitions(columns, partitions).slice(columns.length);
  const inFolders = new Set(partitions.columns.map(({ name }) => name.toLowerCase()));
  const groups: { key: string; parts: CsvPart[]; places: (number | null)[] }[] = [];
  for (const [index, part] of parts.entries()) {
    const at = places[index] ?? [];
    const { delimiter, quote, escape: escapeMark, header, skipLines, decimalComma } = part.dialect;
    const root = part.source.path.length - part.source.name.length;
    const key = JSON.stringify([
      at,
      delimiter,
      quote,
      escapeMark,
      header,
      skipLines,
      decimalComma,
      part.compression,
      root,
    ]);
    const last = groups.at(-1);
    if (last?.key === key) last.parts.push(part);
    else groups.push({ key, parts: [part], places: at });
  }
  const calls = groups.map((group) => {
    const names = columns.filter((_, index) => group.places[index] !== null);
    const inOrder = names
      .map((column) => ({ column, at: group.places[columns.indexOf(column)] ?? 0 }))
      .sort((a, b) => a.at - b.at);
    const call = readCsvCall(
      group.parts,
      inOrder.map(({ column }) => column),
      options,
    );
    return { call, places: group.places, parts: group.parts };
  });
  const [only] = calls;
  if (calls.length === 1 && only !== undefined && fileColumn === null) return only.call;
  const selects = calls.map(({ call, places: at, parts: own }) => {
    const list = columns.map((column, index) => {
      const name = quoteIdentifier(column.name);
      const isThere = at[index] !== null || inFolders.has(column.name.toLowerCase());
      return isThere ? name : `CAST(NULL AS ${column.nativeType}) AS ${name}`;
    });
    list.push(...folders.map((column) => quoteIdentifier(column.name)));
    if (fileColumn !== null) list.push(`${fileName(own)} AS ${quoteIdentifier(fileColumn)}`);
    return `SELECT ${list.join(', ')} FROM ${call}`;
  });
  return `(${selects.join(' UNION ALL ')})`;
}

type CsvReading = {
  nullStrings: readonly string[];
  /** The column that names the files; null when there is none. */
  fileColumn: string | null;
  partitions: Partitions;
};

/** SQL for the name of a file for people: the end of its path, but not of a copy. */
function fileName(parts: readonly CsvPart[]): string {
  const roots = new Set(parts.map(({ path, source }) => path.length - source.name.length));
  const [root = 0] = roots;
  const isEnd = parts.every(({ path, source }) => path.replaceAll('\\', '/').endsWith(source.name));
  if (roots.size === 1 && isEnd) return `replace(substr(filename, ${root + 1}), '\\', '/')`;
  const names = quoteTexts(parts.map(({ source }) => source.name));
  return `${names}[list_position(${quoteTexts(parts.map(({ path }) => path))}, filename)]`;
}

function readCsvCall(
  parts: readonly CsvPart[],
  columns: readonly SourceColumn[],
  { nullStrings, fileColumn, partitions }: CsvReading,
): string {
  const [first] = parts;
  const dialect = first?.dialect as CsvDialect;
  const isTyped = first?.source.staged?.kind === 'typed';
  const types = columns.map((column) => `${quoteText(column.name)}: ${quoteText(column.nativeType)}`);
  const list = [
    quoteTexts(parts.map(({ path }) => path)),
    'auto_detect = false',
    `columns = {${types.join(', ')}}`,
    `delim = ${quoteText(dialect.delimiter)}`,
    `quote = ${quoteText(dialect.quote)}`,
    `escape = ${quoteText(dialect.escape)}`,
    `header = ${dialect.header}`,
    `skip = ${dialect.skipLines}`,
    `comment = ''`,
    `nullstr = ${quoteTexts(['', ...(isTyped ? [] : nullStrings)])}`,
    `compression = ${quoteText(first?.compression ?? 'none')}`,
    ...partitions.options,
    'store_rejects = true',
    `rejects_table = '${CSV_ERRORS}'`,
    `rejects_scan = '${CSV_SCANS}'`,
    'rejects_limit = 0',
    `max_line_size = ${LINE_BYTES}`,
    `buffer_size = ${2 * LINE_BYTES}`,
  ];
  if (dialect.decimalComma) list.push(`decimal_separator = ','`);
  // In rows that were written for us, a quoted empty text is one.
  if (isTyped) list.push('allow_quoted_nulls = false');
  if (fileColumn !== null) list.push('filename = true');
  return `read_csv(${list.join(', ')})`;
}
