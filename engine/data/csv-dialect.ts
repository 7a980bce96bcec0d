import { type CsvRecord, type CsvSyntax, csvRecords } from './csv-records.ts';
import { inferTextType, type TextType, textType } from './text-types.ts';

/** What a person may fix beforehand; the rest is guessed. */
export type CsvHints = {
  delimiter?: string | undefined;
  quote?: string | undefined;
  header?: boolean | undefined;
  nullStrings?: readonly string[] | undefined;
  /** The line of the header, from 1. */
  headerLine?: number | undefined;
  /** By column: it is text whatever it looks like. */
  isText?: readonly boolean[] | undefined;
  /** Rows are very long: a few of them must do. */
  isLong?: boolean | undefined;
};

export type CsvDialect = CsvSyntax & {
  /** Lines before the header (or the first row) that are no part of the table. */
  skipLines: number;
  header: boolean;
  /** A name a column, unique even when case is ignored. */
  names: string[];
  types: TextType[];
  decimalComma: boolean;
  warnings: string[];
};

const CANDIDATES = [',', '\t', ';', '|'];
const SCORED_RECORDS = 200;
const SAMPLE_RECORDS = 20_000;
const SCORED_LONG_RECORDS = 3;
const SAMPLE_LONG_RECORDS = 25;

/**
 * Guesses how a CSV is written and what its columns hold from the beginning of its text; null when the text has no
 * record.
 *
 * Delimiter: the candidate that splits most records into the same number of fields; between equals the one with more
 * fields. Preamble: leading records of one field before a table of several. Header: the first record, unless it reads
 * like the rows below it.
 */
export function sniffCsv(text: string, complete: boolean, hints: CsvHints): CsvDialect | null {
  const syntax = guessSyntax(text, complete, hints);
  const most = hints.isLong === true ? SAMPLE_LONG_RECORDS : SAMPLE_RECORDS;
  const sampled = csvRecords(text, syntax, complete, most);
  const all = sampled.length > 0 ? sampled : csvRecords(text, syntax, true, 1);
  const width = usualWidth(all.slice(0, SCORED_RECORDS)).width;
  const start =
    hints.headerLine === undefined
      ? preambleLength(all, width)
      : all.findIndex((record) => record.line >= (hints.headerLine ?? 1));
  const first = all[start];
  if (first === undefined) return null;
  const warnings: string[] = [];
  if (start > 0 && hints.headerLine === undefined) {
    const lines = first.line === 2 ? 'first line is' : `first ${first.line - 1} lines are`;
    warnings.push(`The ${lines} no part of the table and left out`);
  }
  const body = all.slice(start + 1).filter((record) => record.fields.length === width);
  const isMissing = missingTest(hints.nullStrings ?? []);
  const header = hints.header ?? (hints.headerLine !== undefined || looksLikeHeader(first, body, isMissing));
  const rows = header ? body : [first, ...body].filter((record) => record.fields.length === width);
  const types: TextType[] = [];
  for (let column = 0; column < width; column++) {
    const texts = rows.map((record) => {
      const field = record.fields[column] ?? '';
      return isMissing(field) ? null : field.trim();
    });
    const type = inferTextType(texts);
    const isText = hints.isText?.[column] === true && !type.isEmpty;
    types.push(isText ? textType('string') : type);
  }
  const names = uniqueNames(header ? headerFields(first.fields, width) : new Array<string>(width).fill(''));
  types.forEach((type, index) => {
    for (const warning of type.warnings) warnings.push(`Column "${names[index]}" ${warning}`);
  });
  const settled = settleDecimals(types);
  return { ...syntax, skipLines: first.line - 1, header, names, warnings, ...settled };
}

function missingTest(nullStrings: readonly string[]): (field: string) => boolean {
  const set = new Set(['', ...nullStrings]);
  return (field) => set.has(field);
}

/** One reader has one decimal mark: with a dot in any float column, columns with decimal commas stay text. */
function settleDecimals(types: TextType[]): { types: TextType[]; decimalComma: boolean } {
  const comma = types.some((type) => type.decimalComma);
  const dot = types.some((type) => type.type === 'float' && !type.decimalComma);
  if (!comma || !dot) return { types, decimalComma: comma };
  return {
    types: types.map((type) => (type.decimalComma ? { ...type, type: 'string', decimalComma: false } : type)),
    decimalComma: false,
  };
}

function guessSyntax(text: string, complete: boolean, hints: CsvHints): CsvSyntax {
  const quote = hints.quote ?? '"';
  const delimiters = hints.delimiter === undefined ? CANDIDATES : [hints.delimiter];
  const escapes = text.includes(`\\${quote}`) ? [quote, '\\'] : [quote];
  const scored = hints.isLong === true ? SCORED_LONG_RECORDS : SCORED_RECORDS;
  let best: CsvSyntax = { delimiter: delimiters[0] ?? ',', quote, escape: quote };
  let bestScore = -1;
  for (const delimiter of delimiters) {
    for (const escapeMark of escapes) {
      const syntax = { delimiter, quote, escape: escapeMark };
      const { width, share } = usualWidth(csvRecords(text, syntax, complete, scored));
      // Agreement counts in steps of 5 %, so that a few ragged rows do not hand the file to a delimiter found
      // nowhere.
      const score = width < 2 ? 0 : Math.floor(share * 20) * 1000 + Math.min(width, 999);
      if (score > bestScore) {
        bestScore = score;
        best = syntax;
      }
    }
  }
  return best;
}

/** The most frequent number of fields, and the share of records that have it and obey the quote. */
function usualWidth(records: readonly CsvRecord[]): { width: number; share: number } {
  const counts = new Map<number, number>();
  for (const { fields, isRough } of records) {
    if (!isRough) counts.set(fields.length, (counts.get(fields.length) ?? 0) + 1);
  }
  let width = records[0]?.fields.length ?? 0;
  let most = counts.get(width) ?? 0;
  for (const [fields, count] of counts) {
    if (count > most || (count === most && fields > width)) {
      width = fields;
      most = count;
    }
  }
  return { width, share: records.length === 0 ? 0 : most / records.length };
}

function preambleLength(records: readonly CsvRecord[], width: number): number {
  if (width < 2) return 0;
  let start = 0;
  while (start < records.length && (records[start]?.fields.length ?? 0) < 2) start += 1;
  return start === records.length ? 0 : start;
}

/** R leaves the name of its first column, the row names, out: then the names belong to the columns after it. */
function headerFields(fields: readonly string[], width: number): string[] {
  if (fields.length === width - 1) return ['', ...fields];
  return Array.from({ length: width }, (_, column) => fields[column] ?? '');
}

function looksLikeHeader(
  first: CsvRecord,
  body: readonly CsvRecord[],
  isMissing: (field: string) => boolean,
): boolean {
  const fields = first.fields.map((field) => field.trim());
  const typed = fields.map((field) => inferTextType([isMissing(field) ? null : field]).type);
  if (body.length === 0)
    return typed.every((type) => type === 'string') && !fields.every((field) => field === '');
  if (first.fields.length !== body[0]?.fields.length) return true;
  const sample = body.slice(0, SCORED_RECORDS);
  let anyTyped = false;
  for (const [column, type] of typed.entries()) {
    const values = sample.map((record) => record.fields[column]?.trim() ?? '');
    const below = inferTextType(values.map((value) => (isMissing(value) ? null : value))).type;
    if (below === 'string') continue;
    anyTyped = true;
    if (type === 'string' && fields[column] !== '') return true;
  }
  if (anyTyped) return false;
  // Only texts: a name does not come back below itself, and no name is a number.
  const comesBack = fields.some((field, column) =>
    sample.some((record) => field !== '' && record.fields[column]?.trim() === field),
  );
  return !comesBack && typed.every((type) => type === 'string');
}

/**
 * Fills empty names with column_1, column_2 … and numbers repeated ones: a, a_2, a_3. Case does not tell names
 * apart.
 */
export function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set(names.map((name) => name.trim().toLowerCase()));
  const used = new Set<string>();
  return names.map((raw, index) => {
    const base = raw.trim() === '' ? `column_${index + 1}` : raw.trim();
    let name = base;
    for (
      let next = 2;
      used.has(name.toLowerCase()) || (name !== base && taken.has(name.toLowerCase()));
      next++
    ) {
      name = `${base}_${next}`;
    }
    used.add(name.toLowerCase());
    return name;
  });
}
