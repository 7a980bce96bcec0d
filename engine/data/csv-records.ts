/**
 * One record of a CSV text. `line` is where it starts, from 1, counting the line ends inside quotes too. `isRough`
 * tells that text follows a closing quote, which no CSV rule allows.
 */
export type CsvRecord = { fields: string[]; line: number; isRough: boolean };

export type CsvSyntax = {
  delimiter: string;
  quote: string;
  /** The character before a quote inside quotes; the quote itself in standard CSV. */
  escape: string;
};

/**
 * Splits CSV text into records, the way RFC 4180 says and forgiving what files in the wild do: a quote inside an
 * unquoted field is text, and text after a closing quote is kept. Blank lines are left out. Line ends may be LF, CRLF
 * or CR.
 *
 * `complete` is false when the text is only the beginning of a file: the last record, possibly cut, is then dropped.
 * Cost: one pass over the text.
 */
export function csvRecords(text: string, syntax: CsvSyntax, complete: boolean, most: number): CsvRecord[] {
  const records: CsvRecord[] = [];
  let fields: string[] = [];
  let isRough = false;
  let line = 1;
  let startLine = 1;
  let position = 0;
  const finish = () => {
    const blank = fields.length === 1 && fields[0] === '';
    if (!blank) records.push({ fields, line: startLine, isRough });
    fields = [];
    isRough = false;
    startLine = line;
  };
  while (position < text.length && records.length < most) {
    const field = readField(text, position, syntax);
    line += field.lines;
    position = field.end;
    fields.push(field.value);
    isRough ||= field.isRough;
    const next = text[position];
    if (next === syntax.delimiter) {
      position += 1;
      if (position === text.length) fields.push('');
      continue;
    }
    if (next === undefined) break;
    position += next === '\r' && text[position + 1] === '\n' ? 2 : 1;
    line += 1;
    finish();
  }
  if (fields.length > 0 && complete && records.length < most) finish();
  return records;
}

type Field = { value: string; end: number; lines: number; isRough: boolean };

function readField(text: string, start: number, syntax: CsvSyntax): Field {
  if (text[start] !== syntax.quote) return readPlain(text, start, syntax.delimiter);
  let value = '';
  let lines = 0;
  let position = start + 1;
  while (position < text.length) {
    const character = text[position] as string;
    const following = text[position + 1];
    if (character === syntax.escape && (following === syntax.quote || following === syntax.escape)) {
      value += following;
      position += 2;
      continue;
    }
    if (character === syntax.quote) {
      const rest = readPlain(text, position + 1, syntax.delimiter);
      return { value: value + rest.value, end: rest.end, lines, isRough: rest.value !== '' };
    }
    if (character === '\n' || (character === '\r' && following !== '\n')) lines += 1;
    value += character;
    position += 1;
  }
  return { value, end: position, lines, isRough: true };
}

function readPlain(text: string, start: number, delimiter: string): Field {
  let end = start;
  while (end < text.length) {
    const character = text[end];
    if (character === delimiter || character === '\n' || character === '\r') break;
    end += 1;
  }
  return { value: text.slice(start, end), end, lines: 0, isRough: false };
}
