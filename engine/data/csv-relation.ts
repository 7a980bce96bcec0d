import { join } from 'node:path';
import type { BadRow, ColumnType, FileFormat } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import { type CsvDialect, sniffCsv } from './csv-dialect.ts';
import { type DuckDb, quoteText, quoteTexts } from './duckdb.ts';
import type { OpenOptions, RejectsReader, Relation, SourceColumn } from './relation.ts';
import type { SourceFile } from './source.ts';
import { linesOfOffsets, readTextHead, rewriteText, type TextForm } from './text-file.ts';
import type { TextType } from './text-types.ts';

/** A preview of a file that must be copied first reads this much of it. */
const PREVIEW_COPY_BYTES = 4 * 1024 ** 2;
const ERRORS = 'csv_errors';

/**
 * Makes a CSV readable by DuckDB. The dialect, header and types come from our own look at its head: DuckDB's sniffer drops ragged
 * rows and turns leading zeros into numbers. Bad rows are kept aside by DuckDB with their place and reason.
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
  const head = await readTextHead(file.path);
  const delimiter = read.delimiter ?? (format === 'tsv' ? '\t' : undefined);
  const dialect = sniffCsv(head.text, head.complete, {
    delimiter,
    quote: read.quote,
    header: read.header,
    nullStrings: read.nullStrings,
  });
  if (dialect === null) throw new AssayError('datasets/empty', `The file ${file.name} has no rows`);
  const garbled = dialect.names.find((name) => name.includes('\uFFFD'));
  if (garbled !== undefined) {
    throw new AssayError(
      'datasets/unreadable',
      `Line ${dialect.skipLines + 1} is not UTF-8 text (column name "${garbled}"); save the file as UTF-8`,
    );
  }
  const plain = await plainCopy(file, head.form, options);
  const columns = readColumns(dialect, options);
  return {
    format,
    from: readCsvCall(plain.path, plain.compression, dialect, columns, read.nullStrings ?? []),
    columns,
    options: {
      ...read,
      format,
      delimiter: dialect.delimiter,
      quote: dialect.quote,
      header: dialect.header,
    },
    warnings: dialect.warnings,
    setAside: { count: 0, first: [] },
    rejects: rejectsReader(db, plain, dialect),
  };
}

type PlainFile = { path: string; compression: TextForm['compression'] };

async function plainCopy(file: SourceFile, form: TextForm, options: OpenOptions): Promise<PlainFile> {
  if (form.encoding === 'utf-8' && !options.mixedLineEnds) {
    return { path: file.path, compression: form.compression };
  }
  const path = join(options.workFolder, 'source.txt');
  await rewriteText(file.path, path, form, {
    lineFeedsOnly: options.mixedLineEnds,
    ...(options.headOnly ? { maxBytes: PREVIEW_COPY_BYTES } : {}),
    ...(options.signal ? { signal: options.signal } : {}),
  });
  return { path, compression: 'none' };
}

/** What each column is read as: what the person said, else what the guess became, else the guess. */
function readColumns(dialect: CsvDialect, options: OpenOptions): SourceColumn[] {
  const declared = new Map<string, ColumnType>();
  for (const column of options.read.columns ?? []) {
    if (column.type !== undefined) declared.set(column.name, column.type);
  }
  return dialect.names.map((name, index) => {
    const guessed = dialect.types[index] as TextType;
    const wanted = declared.get(name) ?? options.widened.get(name) ?? guessed.type;
    const formats = wanted === guessed.type ? guessed.formats : [];
    const isDate = wanted === 'date' || wanted === 'datetime';
    if (isDate && (formats.length > 0 || wanted !== guessed.type)) {
      return { name, nativeType: 'VARCHAR', guess: { type: wanted, formats } };
    }
    return { name, nativeType: nativeTypes[wanted], guess: null };
  });
}

/** Times are read with their offset: as plain TIMESTAMP the offset would be dropped, not applied. */
const nativeTypes: Record<ColumnType, string> = {
  integer: 'BIGINT',
  float: 'DOUBLE',
  boolean: 'BOOLEAN',
  string: 'VARCHAR',
  datetime: 'TIMESTAMP WITH TIME ZONE',
  date: 'DATE',
};

function readCsvCall(
  path: string,
  compression: string,
  dialect: CsvDialect,
  columns: readonly SourceColumn[],
  nullStrings: readonly string[],
): string {
  const types = columns.map((column) => `${quoteText(column.name)}: ${quoteText(column.nativeType)}`);
  const parts = [
    quoteText(path),
    'auto_detect = false',
    `columns = {${types.join(', ')}}`,
    `delim = ${quoteText(dialect.delimiter)}`,
    `quote = ${quoteText(dialect.quote)}`,
    `escape = ${quoteText(dialect.escape)}`,
    `header = ${dialect.header}`,
    `skip = ${dialect.skipLines}`,
    `comment = ''`,
    `nullstr = ${quoteTexts(['', ...nullStrings])}`,
    `compression = ${quoteText(compression)}`,
    'hive_partitioning = false',
    'store_rejects = true',
    `rejects_table = '${ERRORS}'`,
    `rejects_scan = 'csv_scans'`,
    'rejects_limit = 0',
  ];
  if (dialect.decimalComma) parts.push(`decimal_separator = ','`);
  return `read_csv(${parts.join(', ')})`;
}

function rejectsReader(db: DuckDb, file: PlainFile, dialect: CsvDialect): RejectsReader {
  // Every scan of the file adds its errors again: only those of the first count.
  const scan = `(SELECT * FROM ${ERRORS} WHERE scan_id = (SELECT min(scan_id) FROM ${ERRORS}))`;
  return {
    async count() {
      const rows = await db.rows(`SELECT count(DISTINCT line_byte_position) FROM ${scan}`);
      return Number(rows[0]?.[0] ?? 0);
    },
    async undecodable() {
      const rows = await db.rows(
        `SELECT count(DISTINCT line_byte_position) FROM ${scan} WHERE error_type = 'INVALID ENCODING'`,
      );
      return Number(rows[0]?.[0] ?? 0);
    },
    async first(most) {
      const rows = await db.rows(
        `SELECT line_byte_position, min(error_message ORDER BY column_idx), any_value(CAST(error_type AS VARCHAR)),
           left(any_value(csv_line), 500)
         FROM ${scan} GROUP BY line_byte_position ORDER BY line_byte_position LIMIT ${most}`,
      );
      const offsets = rows.map((row) => Math.max(Number(row[0]) - 1, 0));
      const lines = await linesOfOffsets(file.path, file.compression, offsets);
      return rows.map(
        (row, index): BadRow => ({
          line: lines[index] ?? null,
          reason: plainReason(String(row[1] ?? ''), String(row[2]), dialect),
          text: String(row[3] ?? ''),
        }),
      );
    },
    async misfits() {
      const rows = await db.rows(
        `SELECT column_name, count(*),
           count(*) FILTER (regexp_full_match(text, '[+-]?([0-9]+[.,]?[0-9]*|[.,][0-9]+)([eE][+-]?[0-9]+)?')),
           count(*) FILTER (regexp_full_match(text, '[+-]?[0-9]+')), min(text)
         FROM (SELECT column_name, regexp_extract(error_message, 'Could not convert string "(.*)" to', 1, 's') AS text
               FROM ${scan} WHERE line_byte_position IN
                 (SELECT line_byte_position FROM ${scan} GROUP BY 1 HAVING bool_and(error_type = 'CAST')))
         GROUP BY column_name ORDER BY column_name`,
      );
      return rows.map((row) => ({
        column: String(row[0]),
        count: Number(row[1]),
        numbers: Number(row[2]),
        integers: Number(row[3]),
        example: String(row[4]),
      }));
    },
  };
}

function plainReason(message: string, type: string, dialect: CsvDialect): string {
  const width = dialect.names.length;
  const found = /Found: (\d+)/.exec(message)?.[1];
  switch (type) {
    case 'MISSING COLUMNS':
    case 'TOO MANY COLUMNS':
      return `${found ?? 'another number of'} fields where ${width} are expected`;
    case 'UNQUOTED VALUE':
      return `a quote (${dialect.quote}) is not closed, or text follows a closing quote`;
    case 'INVALID ENCODING':
      return 'not UTF-8 text';
    case 'LINE SIZE OVER MAXIMUM':
      return 'longer than 2,000,000 bytes';
    case 'CAST': {
      const match = /column "(.*)"\. Could not convert string "(.*)" to '(.*)'/s.exec(message);
      if (match === null) return message;
      return `${JSON.stringify(match[2])} in column "${match[1]}" is no ${plainType[match[3] ?? ''] ?? match[3]}`;
    }
    default:
      return message.split('\n', 1)[0] ?? message;
  }
}

const plainType: Record<string, string> = {
  BIGINT: 'integer',
  DOUBLE: 'number',
  BOOLEAN: 'truth value',
  DATE: 'date',
  'TIMESTAMP WITH TIME ZONE': 'date and time',
};
