import type { Problem } from '../../local-api/contract/index.ts';

export type TextPlace = NonNullable<Problem['at']>;

/** The place in a text that DuckDB gives as a number of bytes. */
export function placeAtByte(text: string, bytes: number): TextPlace {
  return placeAt(text, Buffer.from(text).subarray(0, bytes).toString().length);
}

function placeAt(text: string, at: number): TextPlace {
  const offset = Math.min(Math.max(at, 0), text.length);
  const lines = text.slice(0, offset).split('\n');
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1, offset };
}

/**
 * The place that a message of DuckDB shows ("LINE 3: … where x" and a caret below) in a query that was sent with so many lines
 * before it; undefined where the message shows none. A long line is shown in part, so it is looked for in the query.
 */
export function placeShown(message: string, query: string, linesBefore: number): TextPlace | undefined {
  const shown = /^LINE (\d+): (.*)\n( *)\^/m.exec(message);
  if (shown === null) return undefined;
  const [, number = '', snippet = '', indent = ''] = shown;
  const lines = query.split('\n');
  const index = Number(number) - 1 - linesBefore;
  const line = lines[index];
  // Behind the end of the query stands only what was put around it.
  if (line === undefined) return placeAt(query, query.trimEnd().length);
  const isCut = snippet.startsWith('...') && !line.startsWith('...');
  const part = snippet.slice(isCut ? 3 : 0).replace(/\.\.\.$/, '');
  const start = Math.max(line.indexOf(part), 0);
  const caret = indent.length - `LINE ${number}: `.length - (isCut ? 3 : 0);
  const before = lines.slice(0, index).reduce((sum, one) => sum + one.length + 1, 0);
  return placeAt(query, before + Math.min(nearestName(message, line, start + caret), line.length));
}

/** Carets are set by the width of letters: in a line with wide ones the name that the message says is looked for. */
function nearestName(message: string, line: string, caret: number): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII.
  if (/^[\x00-\x7f]*$/.test(line)) return caret;
  const [, quoted, plain] = /"([^"]+)"|with name (\S+)/.exec(message) ?? [];
  const name = quoted ?? plain ?? '';
  const places: number[] = [];
  const [text, wanted] = [line.toLowerCase(), name.toLowerCase()];
  for (let at = text.indexOf(wanted); wanted !== '' && at >= 0; at = text.indexOf(wanted, at + 1))
    places.push(at);
  const [first = caret] = places;
  return places.reduce((best, at) => (Math.abs(at - caret) < Math.abs(best - caret) ? at : best), first);
}
