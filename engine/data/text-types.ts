import type { ColumnType } from '../../local-api/contract/index.ts';

/** What the texts of a column are. `formats` are strptime formats, for dates that are not written the ISO way. */
export type TextType = {
  type: ColumnType;
  formats: string[];
  /** Numbers are written with a decimal comma. */
  decimalComma: boolean;
  /** Integers too large for a float to hold exactly. */
  isBeyondFloat: boolean;
  /** There was no value to tell it by. */
  isEmpty: boolean;
  warnings: string[];
};

const INTEGER = /^[+-]?\d{1,19}$/;
const LEADING_ZERO = /^[+-]?0\d/;
const FLOAT = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/;
const NOT_FINITE = /^([+-]?inf(inity)?|nan)$/i;
const COMMA_FLOAT = /^[+-]?\d+,\d+([eE][+-]?\d{1,3})?$/;
const BOOLEAN = /^(true|false|yes|no)$/i;
const ISO_DATE = /^\d{4}-(0\d|1[0-2])-([0-2]\d|3[01])$/;
/** What DuckDB casts: an offset only after seconds. */
const ISO_DATETIME =
  /^\d{4}-(0\d|1[0-2])-([0-2]\d|3[01])([ T]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?(Z| UTC|[+-]\d{2}(:?\d{2})?)?)?)?$/;
const LOCAL_DATE =
  /^(\d{1,4})([./-])(\d{1,2})\2(\d{2}|\d{4})(?:[ T]+(\d{1,2}:\d{2}(?::\d{2})?)( ?[AaPp][Mm])?)?$/;

/** Texts that people write for "missing" and that keep a column of numbers from being one. */
const MISSING_MARKERS = new Set(['na', 'n/a', '#n/a', 'null', 'none', 'nil', '-', '--', '?', '.', 'missing']);

const MAX_INT64 = 9223372036854775807n;

/**
 * Guesses the type of a column from the texts in a sample of it; nulls are missing values. A guess holds for every
 * text of the sample.
 *
 * Digits with a leading zero (postal codes, ids) and integers beyond 64 bits stay text: as numbers they would change.
 * 0/1 are integers and t/f are text; only true/false and yes/no are booleans. A column without a single value is
 * text.
 */
export function inferTextType(texts: readonly (string | null)[]): TextType {
  const present: string[] = [];
  for (const text of texts) if (text !== null) present.push(text);
  if (present.length === 0) return textType('string', { isEmpty: true });
  const direct = numberOrBoolean(present);
  if (direct !== null) return direct;
  if (present.every((text) => ISO_DATE.test(text))) return textType('date');
  if (present.every((text) => ISO_DATETIME.test(text))) return textType('datetime');
  const local = localDates(present);
  if (local !== null) return local;
  return textType('string', { warnings: missingMarkerWarning(present) });
}

/** A type with nothing else to say of it. */
export function textType(type: ColumnType, more: Partial<TextType> = {}): TextType {
  return {
    type,
    formats: [],
    decimalComma: false,
    isBeyondFloat: false,
    isEmpty: false,
    warnings: [],
    ...more,
  };
}

function numberOrBoolean(present: readonly string[]): TextType | null {
  if (present.every((text) => BOOLEAN.test(text))) return textType('boolean');
  if (present.some((text) => LEADING_ZERO.test(text) && INTEGER.test(text))) return null;
  if (present.every((text) => INTEGER.test(text))) {
    if (!present.every(fitsInt64)) return null;
    const isBeyondFloat = present.some((text) => Math.abs(Number(text)) > Number.MAX_SAFE_INTEGER);
    return textType('integer', { isBeyondFloat });
  }
  if (present.some((text) => /^[+-]?\d{20,}$/.test(text))) return null;
  if (present.every((text) => FLOAT.test(text) || NOT_FINITE.test(text))) return textType('float');
  const comma = present.some((text) => COMMA_FLOAT.test(text));
  if (comma && present.every((text) => COMMA_FLOAT.test(text) || INTEGER.test(text)))
    return textType('float', { decimalComma: true });
  return null;
}

function fitsInt64(text: string): boolean {
  if (text.length < 19) return true;
  const value = BigInt(text.replace('+', ''));
  return value <= MAX_INT64 && value >= -MAX_INT64 - 1n;
}

/**
 * Dates such as 13/01/2020, 1.2.2020 10:30 or 2020/1/31, all in one form. Which of the first two numbers is the day
 * is told by a value above 12; when nothing tells, dots mean day first and the rest is left as text with a warning.
 */
function localDates(present: readonly string[]): TextType | null {
  let separator = '';
  let yearFirst = false;
  let shortYear = false;
  let firstMax = 0;
  let secondMax = 0;
  const times = new Set<string>();
  for (const [index, text] of present.entries()) {
    const match = LOCAL_DATE.exec(text);
    if (match === null) return null;
    const [, first = '', mark = '', second = '', third = '', time, half] = match;
    const shape = { yearFirst: first.length === 4, shortYear: third.length === 2 && first.length !== 4 };
    if (index === 0) {
      separator = mark;
      ({ yearFirst, shortYear } = shape);
    }
    if (mark !== separator || shape.yearFirst !== yearFirst || shape.shortYear !== shortYear) return null;
    if (!yearFirst && first.length > 2) return null;
    firstMax = Math.max(firstMax, Number(yearFirst ? second : first));
    secondMax = Math.max(secondMax, Number(yearFirst ? third : second));
    times.add(timeFormat(time, half));
  }
  const order = dateOrder(yearFirst, separator, firstMax, secondMax);
  if (order === null) return null;
  if (order === 'ambiguous') {
    const note = `dates such as ${present[0]} may be day first or month first: left as text; give the type date or datetime to read them month first`;
    return textType('string', { warnings: [note] });
  }
  const date = order.map((part) => (part === '%Y' && shortYear ? '%y' : part)).join(separator);
  const hasTime = [...times].some((time) => time !== '');
  const formats = [...times].sort().map((time) => (time === '' ? date : `${date} ${time}`));
  return textType(hasTime ? 'datetime' : 'date', { formats });
}

function timeFormat(time: string | undefined, half: string | undefined): string {
  if (time === undefined) return '';
  const seconds = time.split(':').length === 3 ? ':%S' : '';
  if (half === undefined) return `%H:%M${seconds}`;
  return `%I:%M${seconds}${half.startsWith(' ') ? ' ' : ''}%p`;
}

function dateOrder(
  yearFirst: boolean,
  separator: string,
  firstMax: number,
  secondMax: number,
): ['%d' | '%m' | '%Y', '%d' | '%m' | '%Y', '%d' | '%m' | '%Y'] | 'ambiguous' | null {
  if (yearFirst) return firstMax <= 12 && secondMax <= 31 ? ['%Y', '%m', '%d'] : null;
  if (firstMax > 31 || secondMax > 31 || (firstMax > 12 && secondMax > 12)) return null;
  if (firstMax > 12 || separator === '.') return secondMax <= 12 ? ['%d', '%m', '%Y'] : null;
  if (secondMax > 12) return ['%m', '%d', '%Y'];
  return 'ambiguous';
}

/** Formats tried when a person says that a text column holds dates, the first that fits a value wins. */
export const declaredDateFormats: readonly string[] = [
  '%m/%d/%Y',
  '%d/%m/%Y',
  '%d.%m.%Y',
  '%Y/%m/%d',
  '%Y%m%d',
  '%m-%d-%Y',
  '%d-%m-%Y',
  '%d %b %Y',
  '%d %B %Y',
  '%b %d %Y',
  '%b %d, %Y',
  '%B %d, %Y',
].flatMap((date) => [date, `${date} %H:%M`, `${date} %H:%M:%S`, `${date} %I:%M %p`, `${date} %I:%M:%S %p`]);

function missingMarkerWarning(present: readonly string[]): string[] {
  const markers = new Set<string>();
  const others: string[] = [];
  for (const text of present) {
    if (MISSING_MARKERS.has(text.trim().toLowerCase())) markers.add(text);
    else others.push(text);
  }
  if (markers.size === 0 || others.length === 0) return [];
  const without = numberOrBoolean(others);
  if (without === null) return [];
  const list = [...markers].slice(0, 5).map((marker) => JSON.stringify(marker));
  return [
    `is text only because of ${list.join(', ')}; give nullStrings: [${list.join(', ')}] to read it as ${without.type}`,
  ];
}
