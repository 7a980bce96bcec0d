import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ColumnType, FileFormat } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import { type CsvDialect, sniffCsv } from './csv-dialect.ts';
import { partitionFolders } from './partitions.ts';
import { type Becoming, type OpenOptions, type Reread, type SourceColumn, TIME } from './relation.ts';
import type { SourceFile, SourcePart } from './source.ts';
import { readTextHead, rewriteText, type TextForm } from './text-file.ts';
import type { TextType } from './text-types.ts';

/** A CSV as DuckDB reads it. */
export type CsvPart = {
  /** As it was given; its name is for people. */
  source: SourcePart;
  /** What is read: the file itself, or a copy in plain UTF-8. */
  path: string;
  compression: TextForm['compression'];
  /** Of the file as it was given. */
  encoding: TextForm['encoding'];
  dialect: CsvDialect;
  columns: SourceColumn[];
  /** Columns without a single value in what was looked at: their type says nothing. */
  isEmpty: boolean[];
  warnings: string[];
};

const FEW_LINES = 25;
const LONG_HEAD_BYTES = 4 * 1024 ** 2;

function lines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1 && count < FEW_LINES; at = text.indexOf('\n', at + 1))
    count += 1;
  return count;
}

/** A preview of a file that must be copied first reads this much of it. */
const PREVIEW_COPY_BYTES = 4 * 1024 ** 2;

/**
 * Looks at the head of one CSV: dialect, names, types. `header` is what other files of the same table have.
 * Errors: `datasets/empty`, `datasets/unreadable`, `datasets/unsupported-format`.
 */
export async function openCsvPart(
  part: SourcePart,
  format: Extract<FileFormat, 'csv' | 'tsv'>,
  options: OpenOptions,
  index: number,
  header: boolean | undefined,
): Promise<CsvPart> {
  const { staged } = part;
  if (staged?.kind === 'typed') return typedPart(part, staged.columns, options);
  const { read } = options;
  const encoding = staged === undefined ? read.encoding : 'utf-8';
  let head = await readTextHead(part.path, { encoding });
  const isLong = !head.complete && lines(head.text) < FEW_LINES;
  // The rows of a table of thousands of columns are long: their types must be seen, too.
  if (isLong) head = await readTextHead(part.path, { encoding, bytes: LONG_HEAD_BYTES });
  const dialect = sniffCsv(head.text, head.complete, {
    delimiter: staged === undefined ? (read.delimiter ?? (format === 'tsv' ? '\t' : undefined)) : ',',
    quote: staged === undefined ? read.quote : '"',
    header: read.header ?? header,
    // A sheet begins with its header line already.
    headerLine: staged === undefined ? read.headerLine : undefined,
    nullStrings: read.nullStrings,
    isText: staged?.isText,
    isLong,
  });
  if (dialect === null) throw new AssayError('datasets/empty', `The file ${part.name} has no rows`);
  refuseGarbledNames(part, dialect);
  const plain = await plainCopy(part, head.form, options, index);
  const declared = declaredTypes(options);
  const columns = dialect.names.map((name, place) => {
    const guessed = dialect.types[place] as TextType;
    return readColumn(name, guessed, declared.get(name) ?? null, options.rereads.get(name) ?? null);
  });
  const isEmpty = dialect.types.map((type) => type.isEmpty);
  const warnings = [...head.notes, ...dialect.warnings];
  return { source: part, ...plain, encoding: head.form.encoding, dialect, columns, isEmpty, warnings };
}

export function declaredTypes({ read }: OpenOptions): Map<string, ColumnType> {
  const declared = new Map<string, ColumnType>();
  for (const column of read.columns ?? []) {
    if (column.type !== undefined) declared.set(column.name, column.type);
  }
  return declared;
}

function refuseGarbledNames(part: SourcePart, dialect: CsvDialect): void {
  const garbled = dialect.names.find((name) => name.includes('\uFFFD'));
  if (garbled === undefined) return;
  throw new AssayError(
    'datasets/unreadable',
    `Line ${dialect.skipLines + 1} of ${part.name} is not UTF-8 text (column name "${garbled}")`,
    { hint: 'Give its encoding, windows-1252 for instance, or save the file as UTF-8.' },
  );
}

/** Rows that were written for us: nothing is guessed but what their types could not say. */
function typedPart(part: SourcePart, columns: readonly SourceColumn[], options: OpenOptions): CsvPart {
  const declared = declaredTypes(options);
  return {
    source: part,
    path: part.path,
    compression: 'none',
    encoding: 'utf-8',
    dialect: {
      delimiter: ',',
      quote: '"',
      escape: '"',
      skipLines: 0,
      header: true,
      names: columns.map(({ name }) => name),
      types: [],
      decimalComma: false,
      warnings: [],
    },
    columns: columns.map((column) => {
      const isGivenUp = options.rereads.get(column.name)?.type === 'string';
      return isGivenUp || declared.has(column.name) ? { ...column, becomes: null } : column;
    }),
    isEmpty: columns.map(() => false),
    warnings: [],
  };
}

async function plainCopy(
  file: SourcePart,
  form: TextForm,
  options: OpenOptions,
  index: number,
): Promise<{ path: string; compression: TextForm['compression'] }> {
  if (form.encoding === 'utf-8' && !options.mixedLineEnds) {
    return { path: file.path, compression: form.compression };
  }
  const folder = join(options.workFolder, `copy-${index}`, ...partitionFolders(file));
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'source.txt');
  await rewriteText(file.path, path, form, {
    lineFeedsOnly: options.mixedLineEnds,
    ...(options.headOnly ? { maxBytes: PREVIEW_COPY_BYTES } : {}),
    ...(options.signal ? { signal: options.signal } : {}),
  });
  return { path, compression: 'none' };
}

/**
 * How a column is read: as the person said, else as an earlier attempt showed, else as guessed. DuckDB parses
 * numbers and ISO dates itself; the rest it reads as text, which is converted value by value.
 */
export function readColumn(
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

/** The columns of several files by name, whatever its case, in the order of first sight. */
export type UnitedColumns = {
  columns: SourceColumn[];
  /** By file and by column of the whole: the place of the column in the file, or null. */
  places: (number | null)[][];
  warnings: string[];
};

/**
 * Unites columns by name. Kinds that differ meet in the wider one: integers and floats in floats, dates and times in
 * times, all else in text.
 */
export function uniteColumns(parts: readonly CsvPart[], file: SourceFile): UnitedColumns {
  const united = new Map<string, { column: SourceColumn; isEmpty: boolean; mixed: boolean }>();
  for (const part of parts) {
    for (const [index, column] of part.columns.entries()) {
      const key = column.name.toLowerCase();
      const known = united.get(key);
      const isEmpty = part.isEmpty[index] === true;
      if (known === undefined || (known.isEmpty && !isEmpty)) {
        united.set(key, {
          column: { ...column, name: known?.column.name ?? column.name },
          isEmpty,
          mixed: false,
        });
      } else if (!isEmpty) {
        const wider = widerColumn(known.column, column);
        known.mixed ||= wider.nativeType === 'VARCHAR' && column.nativeType !== known.column.nativeType;
        known.column = wider;
      }
    }
  }
  const keys = [...united.keys()];
  const places = parts.map((part) => {
    const place = new Map(part.columns.map(({ name }, index) => [name.toLowerCase(), index]));
    return keys.map((key) => place.get(key) ?? null);
  });
  const warnings: string[] = [];
  for (const [index, { column, mixed }] of [...united.values()].entries()) {
    const without = parts.filter((_, part) => places[part]?.[index] === null);
    if (without.length > 0) warnings.push(missingColumn(column.name, without, parts.length));
    if (mixed)
      warnings.push(
        `Column "${column.name}" is read as string: it has other types in other files of ${file.name}`,
      );
  }
  return { columns: [...united.values()].map(({ column }) => column), places, warnings };
}

export function missingColumn(
  column: string,
  without: readonly { source: SourcePart }[],
  all: number,
): string {
  const names = without.slice(0, 3).map(({ source }) => source.name);
  const more = without.length > names.length ? ' …' : '';
  return `Column "${column}" is not in ${without.length} of ${all} files (${names.join(', ')}${more}) and missing there`;
}

function widerColumn(a: SourceColumn, b: SourceColumn): SourceColumn {
  const isSame =
    a.nativeType === b.nativeType &&
    a.becomes?.type === b.becomes?.type &&
    a.becomes?.onMisfit === b.becomes?.onMisfit &&
    a.becomes?.formats.join() === b.becomes?.formats.join();
  if (isSame) return a;
  const numeric = new Set(['DOUBLE', 'BIGINT']);
  if (numeric.has(a.nativeType) && numeric.has(b.nativeType))
    return { name: a.name, nativeType: 'DOUBLE', becomes: null };
  if (a.nativeType === TIME && b.nativeType === TIME)
    return { name: a.name, nativeType: TIME, becomes: null };
  return { name: a.name, nativeType: 'VARCHAR', becomes: null };
}
