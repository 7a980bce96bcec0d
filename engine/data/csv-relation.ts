import { join } from 'node:path';
import type { BadRow, ColumnType, FileFormat } from '../../local-api/contract/index.ts';
import { type DuckDb, quoteText, quoteTexts } from '../duckdb/index.ts';
import { AssayError } from '../errors.ts';
import { type CsvDialect, sniffCsv } from './csv-dialect.ts';
import type { Becoming, OpenOptions, RejectsReader, Relation, Reread, SourceColumn } from './relation.ts';
import type { SourceFile } from './source.ts';
import { linesOfOffsets, readTextHead, rewriteText, type TextForm } from './text-file.ts';
import type { TextType } from './text-types.ts';

/** A preview of a file that must be copied first reads this much of it. */
const PREVIEW_COPY_BYTES = 4 * 1024 ** 2;
const ERRORS = 'csv_errors';

/**
 * Makes a CSV readable by DuckDB. The dialect, header and types come from our own look at its head: DuckDB's sniffer
 * drops ragged rows and turns leading zeros into numbers. Bad rows are kept aside by DuckDB with their place and
 * reason.
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
    rejects: rejectsReader(db, plain, dialect, columns),
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

/**
 * How each column is read: as the person said, else as an earlier attempt showed, else as guessed. DuckDB parses
 * numbers and ISO dates itself; the rest it reads as text, which is converted value by value.
 */
function readColumns(dialect: CsvDialect, options: OpenOptions): SourceColumn[] {
  const declared = new Map<string, ColumnType>();
  for (const column of options.read.columns ?? []) {
    if (column.type !== undefined) declared.set(column.name, column.type);
  }
  return dialect.names.map((name, index) => {
    const guessed = dialect.types[index] as TextType;
    return readColumn(name, guessed, declared.get(name) ?? null, options.rereads.get(name) ?? null);
  });
}

function readColumn(
  name: string,
  guessed: TextType,
  declared: ColumnType | null,
  reread: Reread | null,
): SourceColumn {
  const type = declared ?? reread?.type ?? guessed.type;
  const formats = type === guessed.type ? guessed.formats : [];
  const column = (nativeType: string, onMisfit: Becoming['onMisfit'] | null): SourceColumn => ({
    name,
    nativeType,
    becomes: onMisfit === null ? null : { type, formats, onMisfit },
  });
  const isTime = type === 'date' || type === 'datetime';
  const isPlainTime = guessed.type === type && formats.length === 0;
  if (type === 'string') return column('VARCHAR', null);
  if (reread?.asText === true || (isTime && !isPlainTime && reread === null))
    return column('VARCHAR', 'set-aside');
  switch (type) {
    case 'integer':
      return guessed.isBeyondFloat ? column('VARCHAR', 'set-aside') : column('DOUBLE', 'abort');
    case 'float':
      return column('DOUBLE', null);
    case 'boolean':
      return column('BOOLEAN', null);
    case 'date':
      return column(TIME, declared === null ? 'abort' : 'convert');
    case 'datetime':
      return column(TIME, null);
  }
}

/** Times are read with their offset: as plain TIMESTAMP it would be dropped, not applied. */
const TIME = 'TIMESTAMP WITH TIME ZONE';

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

function rejectsReader(
  db: DuckDb,
  file: PlainFile,
  dialect: CsvDialect,
  columns: readonly SourceColumn[],
): RejectsReader {
  const typeOf = new Map(
    columns.map((column) => [column.name, column.becomes?.type ?? plainTypes[column.nativeType]]),
  );
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
        // A row of the wrong width also holds values in the wrong columns: the width is the reason.
        `SELECT line_byte_position, arg_min(error_message, place), arg_min(CAST(error_type AS VARCHAR), place), left(any_value(csv_line), 500)
         FROM (SELECT *, column_idx + CASE WHEN error_type = 'CAST' THEN 1000000 ELSE 0 END AS place FROM ${scan})
         GROUP BY line_byte_position ORDER BY line_byte_position LIMIT ${most}`,
      );
      const offsets = rows.map((row) => Math.max(Number(row[0]) - 1, 0));
      const lines = await linesOfOffsets(file.path, file.compression, offsets);
      return rows.map(
        (row, index): BadRow => ({
          line: lines[index] ?? null,
          reason: plainReason(String(row[1] ?? ''), String(row[2]), dialect, typeOf),
          text: String(row[3] ?? ''),
        }),
      );
    },
    async misfits() {
      const rows = await db.rows(
        `SELECT column_name, count(*), min(regexp_extract(error_message, 'Could not convert string "(.*)" to', 1, 's'))
         FROM ${scan} WHERE line_byte_position IN
           (SELECT line_byte_position FROM ${scan} GROUP BY 1 HAVING bool_and(error_type = 'CAST'))
         GROUP BY column_name ORDER BY column_name`,
      );
      return rows.map((row) => ({
        column: String(row[0]),
        count: Number(row[1]),
        example: String(row[2]),
      }));
    },
  };
}

function plainReason(
  message: string,
  type: string,
  dialect: CsvDialect,
  typeOf: ReadonlyMap<string, string | undefined>,
): string {
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
      const match = /column "(.*)"\. Could not convert string "(.*)" to '/s.exec(message);
      if (match === null) return message;
      const [, column = '', text = ''] = match;
      return `${JSON.stringify(text)} in column "${column}" is no ${typeOf.get(column) ?? 'such value'}`;
    }
    default:
      return message.split('\n', 1)[0] ?? message;
  }
}

const plainTypes: Record<string, string> = {
  DOUBLE: 'float',
  BOOLEAN: 'boolean',
  [TIME]: 'datetime',
};
