import { AssayError } from '../errors.ts';
import type { PlainColumn, PlainKind } from './plain-rows.ts';

/** What a sheet holds at most, its head included (Excel specifications and limits). */
export const MOST_SHEET_ROWS = 1_048_576;
export const MOST_SHEET_COLUMNS = 16_384;
const MOST_CELL_CHARACTERS = 32_767;

/** Places in `cellXfs` of `styles.xml`. */
const styles = { date: 1, time: 2, fractionOfSecond: 3, quoted: 4, head: 5 } as const;

/** Days from the beginning of Excel's count to that of Unix. */
const EPOCH_1900 = 25_569;
/** Excel takes 1900 for a leap year: the days before 1 March 1900 are not what it says. */
const FIRST_TRUE_DAY = 61;
const LAST_DAY = 2_958_465;
const DAY_US = 86_400_000_000;
const DAY_MS = 86_400_000;
/** Beyond it a double, which is all that a cell holds, is another number. */
const MOST_EXACT = 9_007_199_254_740_992n;

/** The letters of a column, counted from 0: AA for 26. */
export function columnLetters(column: number): string {
  let letters = '';
  for (let left = column + 1; left > 0; left = Math.floor((left - 1) / 26))
    letters = String.fromCharCode(65 + ((left - 1) % 26)) + letters;
  return letters;
}

/** What XML and workbooks write in another way: `_x0041_` says "A", so what looks like it has its mark escaped too. */
export function escapedText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what XML cannot hold.
  if (!/[&<>_\u0000-\u001f\ufffe\uffff\ud800-\udfff]/.test(text)) return text;
  return text
    .toWellFormed()
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(
      // biome-ignore lint/suspicious/noControlCharactersInRegex: as above.
      /[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/g,
      (character) => `_x${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`,
    );
}

/**
 * A text as a cell. It stays a text whatever it begins with: it is no formula in the file, and `quotePrefix` keeps Excel from
 * making one of it when somebody edits the cell.
 */
function textCell(at: string, text: string, style = 0): string {
  const set = style > 0 ? style : /^[=+\-@\t\r']/.test(text) ? styles.quoted : 0;
  const space = /^\s|\s$|\n/.test(text) ? ' xml:space="preserve"' : '';
  return `<c r="${at}"${set === 0 ? '' : ` s="${set}"`} t="inlineStr"><is><t${space}>${escapedText(text)}</t></is></c>`;
}

function numberCell(at: string, value: number, style: number): string {
  return `<c r="${at}"${style === 0 ? '' : ` s="${style}"`}><v>${value}</v></c>`;
}

/** Days before March 1900 and after 9999 become text: a workbook has no such dates. */
function dayCell(at: string, days: number): string {
  const serial = days + EPOCH_1900;
  return serial >= FIRST_TRUE_DAY && serial <= LAST_DAY
    ? numberCell(at, serial, styles.date)
    : textCell(at, isoOf(days * DAY_MS).slice(0, -14));
}

function timeCell(at: string, us: bigint): string {
  const serial = Number(us) / DAY_US + EPOCH_1900;
  if (serial < FIRST_TRUE_DAY || serial >= LAST_DAY + 1)
    return textCell(
      at,
      isoOf(Number(us / 1000n))
        .slice(0, -1)
        .replace('T', ' '),
    );
  return numberCell(at, serial, us % 1_000_000n === 0n ? styles.time : styles.fractionOfSecond);
}

function isoOf(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? `${ms} ms T00:00:00.000Z` : date.toISOString();
}

/** A value as a cell; empty for a missing one. `row` counts from 1 with the head as the first. */
export function cellXml(
  { name, kind }: PlainColumn,
  letters: string,
  row: number,
  value: bigint | number | boolean | string | null,
): string {
  if (value === null) return '';
  const at = letters + row;
  const type: PlainKind = kind;
  switch (type) {
    case 'integer': {
      const whole = value as bigint;
      return whole <= MOST_EXACT && whole >= -MOST_EXACT
        ? `<c r="${at}"><v>${whole}</v></c>`
        : textCell(at, String(whole));
    }
    case 'float':
      return Number.isFinite(value) ? numberCell(at, value as number, 0) : textCell(at, String(value));
    case 'boolean':
      return `<c r="${at}" t="b"><v>${value === true ? 1 : 0}</v></c>`;
    case 'date':
      return dayCell(at, value as number);
    case 'time':
      return timeCell(at, value as bigint);
    case 'string': {
      const text = value as string;
      if (text.length > MOST_CELL_CHARACTERS)
        throw new AssayError(
          'datasets/export-does-not-fit',
          `Row ${(row - 1).toLocaleString('en')} has ${text.length.toLocaleString('en')} characters in "${name}"; a cell of a workbook holds ${MOST_CELL_CHARACTERS.toLocaleString('en')}`,
        );
      return textCell(at, text);
    }
  }
}

/** What stands before the rows: a head that stays in sight, and widths by what the columns hold. */
export function sheetHead(columns: readonly PlainColumn[]): string {
  const widths = columns.map(({ name, kind }, index) => {
    const least = kind === 'time' ? 20 : kind === 'date' ? 11 : kind === 'string' ? 16 : 9;
    const width = Math.min(40, Math.max(least, name.length + 3));
    return `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`;
  });
  const names = columns.map(({ name }, index) => textCell(`${columnLetters(index)}1`, name, styles.head));
  const pane =
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft"/>';
  return [
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n',
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">',
    `<sheetViews><sheetView workbookViewId="0">${pane}</sheetView></sheetViews>`,
    columns.length === 0 ? '' : `<cols>${widths.join('')}</cols>`,
    `<sheetData><row r="1">${names.join('')}</row>`,
  ].join('');
}

/** What stands after them: filters on the head. */
export function sheetEnd(columns: number, rows: number): string {
  const filter =
    columns === 0 ? '' : `<autoFilter ref="A1:${columnLetters(columns - 1)}${Math.max(1, rows + 1)}"/>`;
  return `</sheetData>${filter}</worksheet>`;
}
