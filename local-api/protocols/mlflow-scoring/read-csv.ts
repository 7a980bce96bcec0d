import { AssayError } from '../../../engine/errors.ts';
import type { Cell, Signature } from '../../contract/index.ts';
import { createTurns } from '../scoring/turns.ts';

type Input = Signature['inputs'][number];

/** Cells between two chances for others to run: a few milliseconds. */
const cellsPerTurn = 10_000;

/** What pandas reads as missing in a CSV file, for columns that are no texts. */
const missingTexts = new Set(
  [
    '',
    '#N/A',
    '#N/A N/A',
    '#NA',
    '-1.#IND',
    '-1.#QNAN',
    '-NaN',
    '-nan',
    '1.#IND',
    '1.#QNAN',
    '<NA>',
    'N/A',
    'NA',
  ].concat(['NULL', 'NaN', 'None', 'n/a', 'nan', 'null']),
);

/**
 * The columns of a model from CSV with a header row; the cells are read by the types of the signature. Others may run while many
 * rows are read.
 *
 * Errors: `request/malformed` when it is not CSV.
 */
export async function readCsv(signature: Signature, text: string): Promise<Record<string, Cell[]>> {
  const rows = await parseCsv(text);
  const header = rows.shift();
  if (header === undefined)
    throw new AssayError('request/malformed', 'The CSV is empty; it needs a header row.');
  for (const [index, row] of rows.entries())
    if (row.length !== header.length)
      throw new AssayError(
        'request/malformed',
        `Row ${index + 1} of the CSV has ${row.length} cells, and the header has ${header.length}.`,
      );
  const columns: Record<string, Cell[]> = Object.create(null);
  const turns = createTurns(cellsPerTurn);
  for (const input of signature.inputs) {
    const at = header.indexOf(input.name);
    if (at < 0) continue;
    const cells: Cell[] = [];
    columns[input.name] = cells;
    for (const row of rows) {
      cells.push(readCell(input, row[at] ?? ''));
      const turn = turns(1);
      if (turn !== null) await turn;
    }
  }
  return columns;
}

/** A text that does not read as the type of its column stays a text, and is refused as such. */
function readCell({ type }: Input, text: string): Cell {
  if (type === 'string') return text === '' ? null : text;
  if (missingTexts.has(text)) return null;
  const plain = text.trim();
  switch (type) {
    case 'boolean':
      if (/^(true|1|1\.0)$/i.test(plain)) return true;
      return /^(false|0|0\.0)$/i.test(plain) ? false : text;
    case 'datetime':
    case 'date':
      return /^-?\d+$/.test(plain) && plain.length !== 4 ? Number(plain) : plain;
    case 'integer':
    case 'float': {
      if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return text;
      const number = Number(plain);
      return type === 'integer' && !Number.isSafeInteger(number) ? plain : number;
    }
  }
}

/**
 * The cells of a CSV (RFC 4180): commas, double quotes around cells that hold commas, quotes or line breaks, and either
 * kind of line break. Empty lines are left out, as pandas does. Errors: `request/malformed` for an open quote.
 */
async function parseCsv(text: string): Promise<string[][]> {
  const rows: string[][] = [];
  const turns = createTurns(cellsPerTurn);
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n][^,\r\n]*)?)(,|\r?\n|$)/y;
  let row: string[] = [];
  cell.lastIndex = text.startsWith('\uFEFF') ? 1 : 0;
  for (let at = cell.lastIndex; at <= text.length; at = cell.lastIndex) {
    const match = cell.exec(text);
    if (match === null)
      throw new AssayError('request/malformed', `The CSV has a stray quote in row ${rows.length + 1}.`);
    const [, quoted, plain = '', end] = match;
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end !== ',') {
      const isBlank = row.length === 1 && row[0] === '' && quoted === undefined;
      if (!isBlank) rows.push(row);
      const turn = turns(row.length);
      row = [];
      if (end === '') break;
      if (turn !== null) await turn;
    }
  }
  return rows;
}
