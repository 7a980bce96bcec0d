/**
 * Where a text stops being JSON: the offset of the first character that cannot be, and what could have stood there.
 * For texts that `JSON.parse` refused; its own messages name no place when the fault is a bare word.
 *
 * Null when the text is JSON after all. Linear in the length up to the fault; nesting is limited to 1,000.
 */
export function findJsonFault(text: string): { offset: number; expected: string } | null {
  const scanner = new Scanner(text);
  try {
    scanner.value(0);
    scanner.end();
    return null;
  } catch (thrown) {
    if (thrown instanceof Fault) return { offset: thrown.offset, expected: thrown.expected };
    throw thrown;
  }
}

/** `line 3, column 14` of an offset; both count from 1. */
export function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return `line ${line}, column ${offset - before.lastIndexOf('\n')}`;
}

const MAX_DEPTH = 1000;
const escapeSequence = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const space = /[ \t\r\n]*/y;

class Fault {
  readonly offset: number;
  readonly expected: string;
  constructor(offset: number, expected: string) {
    this.offset = offset;
    this.expected = expected;
  }
}

class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): void {
    this.#take(space);
    const next = this.#text[this.#at];
    if (next === '{' || next === '[') {
      if (depth >= MAX_DEPTH) throw new Fault(this.#at, `at most ${MAX_DEPTH} levels of nesting`);
      if (next === '{') this.#members(depth);
      else this.#items(depth);
    } else if (next === '"') this.#string();
    else if (!this.#take(scalar)) throw new Fault(this.#at, 'a value');
    this.#take(space);
  }

  end(): void {
    if (this.#at < this.#text.length) throw new Fault(this.#at, 'the end');
  }

  #members(depth: number): void {
    this.#at += 1;
    this.#take(space);
    if (this.#skip('}')) return;
    for (;;) {
      this.#take(space);
      if (this.#text[this.#at] !== '"') throw new Fault(this.#at, 'a field name in double quotes');
      this.#string();
      this.#take(space);
      if (!this.#skip(':')) throw new Fault(this.#at, '":"');
      this.value(depth + 1);
      if (this.#skip('}')) return;
      if (!this.#skip(',')) throw new Fault(this.#at, '"," or "}"');
    }
  }

  #items(depth: number): void {
    this.#at += 1;
    this.#take(space);
    if (this.#skip(']')) return;
    for (;;) {
      this.value(depth + 1);
      if (this.#skip(']')) return;
      if (!this.#skip(',')) throw new Fault(this.#at, '"," or "]"');
    }
  }

  #string(): void {
    this.#at += 1;
    for (; this.#at < this.#text.length; this.#at += 1) {
      const character = this.#text[this.#at] ?? '';
      if (character === '"') {
        this.#at += 1;
        return;
      }
      if (character === '\\') {
        if (!this.#take(escapeSequence)) throw new Fault(this.#at, 'an escape such as \\n or \\u0041');
        this.#at -= 1;
      } else if (character < ' ') {
        throw new Fault(
          this.#at,
          'the closing quote of the text (line breaks and tabs are written \\n and \\t)',
        );
      }
    }
    throw new Fault(this.#at, 'the closing quote of the text');
  }

  #skip(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #take(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    if (!pattern.test(this.#text)) return false;
    this.#at = pattern.lastIndex;
    return true;
  }
}
