import { syntaxError } from './syntax-error.ts';

export type Token =
  /** A keyword or a field. `key` is set when the part after the first dot was quoted; a `quoted` word is no keyword. */
  | { kind: 'word'; text: string; key: string | null; quoted: boolean; at: number }
  | { kind: 'number'; text: string; value: number; at: number }
  | { kind: 'string'; text: string; value: string; at: number }
  | { kind: 'symbol'; text: string; at: number }
  | { kind: 'end'; text: ''; at: number };

const patterns = {
  space: /\s+/uy,
  // Dots, slashes, dashes and colons belong to keys: metrics.val/loss, params.lr-decay.
  word: /[\p{L}_][\p{L}\p{N}_./:@-]*/uy,
  number: /[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/uy,
  symbol: /<>|<=|>=|!=|==|[=<>(),+*~-]/uy,
};

function match(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}

/** Reads '…', "…" or `…`; the quote is written twice to mean itself. Gives the content and the offset after it. */
function readQuoted(text: string, at: number): { value: string; end: number } {
  const quote = text[at] as string;
  let value = '';
  let from = at + 1;
  for (;;) {
    const close = text.indexOf(quote, from);
    if (close < 0)
      throw syntaxError(at, 'a quotation without an end', `a closing ${quote} before the end of the text`);
    value += text.slice(from, close);
    if (text[close + 1] !== quote) return { value, end: close + 1 };
    value += quote;
    from = close + 2;
  }
}

/** Splits a filter into tokens. Throws request/bad-filter with the offset of what cannot be one. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    at += match(patterns.space, text, at)?.length ?? 0;
    if (at >= text.length) {
      tokens.push({ kind: 'end', text: '', at: text.length });
      return tokens;
    }
    const start = at;
    const char = text[at] as string;

    if (char === "'" || char === '"' || char === '`') {
      const { value, end } = readQuoted(text, at);
      at = end;
      // `a name` alone is a field; 'text' and "text" are values.
      tokens.push(
        char === '`'
          ? { kind: 'word', text: value, key: null, quoted: true, at: start }
          : { kind: 'string', text: text.slice(start, end), value, at: start },
      );
      continue;
    }

    const word = match(patterns.word, text, at);
    if (word !== null) {
      at += word.length;
      const next = text[at];
      if (word.endsWith('.') && (next === '`' || next === '"')) {
        const { value, end } = readQuoted(text, at);
        at = end;
        tokens.push({ kind: 'word', text: word.slice(0, -1), key: value, quoted: true, at: start });
      } else if (word.endsWith('.') && next === '*') {
        at += 1;
        tokens.push({ kind: 'word', text: word.slice(0, -1), key: '*', quoted: true, at: start });
      } else {
        tokens.push({ kind: 'word', text: word, key: null, quoted: false, at: start });
      }
      continue;
    }

    const number = match(patterns.number, text, at);
    if (number !== null) {
      at += number.length;
      const tail = match(patterns.word, text, at);
      if (tail !== null) throw syntaxError(start, `"${number}${tail}"`, 'a number, or a text in quotes');
      tokens.push({ kind: 'number', text: number, value: Number(number), at: start });
      continue;
    }

    const symbol = match(patterns.symbol, text, at);
    if (symbol === null) {
      const found = String.fromCodePoint(text.codePointAt(at) as number);
      throw syntaxError(at, `"${found}"`, 'a field, a value, an operator or a bracket');
    }
    at += symbol.length;
    tokens.push({ kind: 'symbol', text: symbol, at: start });
  }
}
