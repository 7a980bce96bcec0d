import type { Archive } from './archive.ts';
import { dateText } from './dates.ts';
import { type Sheet, unescaped, type Workbook } from './workbook.ts';
import { readXml } from './xml.ts';

export type SheetCell = { text: string; isText: boolean } | null;
/** `row` counts from 1. Cells that are empty at the end are left out. */
export type SheetRow = { row: number; cells: SheetCell[] };

/**
 * Gives the rows of a sheet that have a cell with a value, piece by piece, until told false (ECMA-376 part 1, 18.3).
 * A formula counts as the value that was kept with it, an error (#N/A) as nothing. Memory does not grow with the sheet.
 */
export async function readSheet(
  archive: Archive,
  sheet: Sheet,
  workbook: Workbook,
  take: (rows: SheetRow[]) => Promise<boolean>,
): Promise<{ errors: number }> {
  let rows: SheetRow[] = [];
  let current: SheetRow = { row: 0, cells: [] };
  let cell = { column: 0, type: '', style: 0 };
  let value = '';
  let isValue = false;
  let isReading = false;
  let errors = 0;

  const finishCell = (): void => {
    if (cell.type === 'e' && value !== '') errors += 1;
    const made = cellOf(value, cell.type, cell.style, workbook);
    if (made === null) return;
    while (current.cells.length < cell.column) current.cells.push(null);
    current.cells[cell.column] = made;
  };

  await readXml(await archive.open(sheet.path), {
    open(tag, attributes) {
      if (tag === 'row') {
        const row = attributes.r === undefined ? current.row + 1 : Number(attributes.r);
        current = { row, cells: [] };
        cell = { column: -1, type: '', style: 0 };
      } else if (tag === 'c') {
        const column = attributes.r === undefined ? cell.column + 1 : columnOf(attributes.r);
        cell = { column, type: attributes.t ?? 'n', style: Number(attributes.s ?? 0) };
        value = '';
      } else if (tag === 'rPh') isReading = true;
      else if (tag === 'v' || (tag === 't' && !isReading)) isValue = true;
    },
    text(text) {
      if (isValue) value += text;
    },
    close(tag) {
      if (tag === 'v' || tag === 't') isValue = false;
      else if (tag === 'rPh') isReading = false;
      else if (tag === 'c') finishCell();
      else if (tag === 'row' && current.cells.length > 0) rows.push(current);
    },
    async piece() {
      const found = rows;
      rows = [];
      return found.length === 0 || (await take(found));
    },
  });
  if (rows.length > 0) await take(rows);
  return { errors };
}

/** The column of a reference, from 0: AA12 is 26. */
function columnOf(reference: string): number {
  let column = 0;
  for (let at = 0; at < reference.length; at++) {
    const letter = reference.charCodeAt(at) & 0xdf;
    if (letter < 65 || letter > 90) break;
    column = column * 26 + (letter - 64);
  }
  return column - 1;
}

function cellOf(
  value: string,
  type: string,
  style: number,
  { strings, styles, from1904 }: Workbook,
): SheetCell {
  switch (type) {
    case 's': {
      const text = strings[Number(value)] ?? '';
      return text === '' ? null : { text, isText: true };
    }
    case 'str':
    case 'inlineStr':
      return value === '' ? null : { text: unescaped(value), isText: true };
    case 'b':
      return value === ''
        ? null
        : { text: value === '1' || value === 'true' ? 'true' : 'false', isText: false };
    case 'e':
      return null;
    case 'd':
      return value === '' ? null : { text: value.replace('T', ' '), isText: false };
    default: {
      if (value.trim() === '') return null;
      const number = Number(value);
      const kind = styles[style] ?? null;
      const text = kind === null ? null : dateText(number, kind, from1904);
      // Excel writes 17 digits; the shortest that mean the same number are what people see.
      return { text: text ?? (Number.isFinite(number) ? String(number) : value), isText: false };
    }
  }
}
