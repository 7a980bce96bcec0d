/** A pattern as a tree: what RE2 reads, less what needs a look at the neighbours (\b) or several lines ((?m)). */
export type PatternNode =
  | { kind: 'one'; accepts: (codePoint: number) => boolean }
  | { kind: 'begin' | 'end' }
  | { kind: 'all'; parts: PatternNode[] }
  | { kind: 'any'; choices: PatternNode[] }
  | { kind: 'repeat'; node: PatternNode; min: number; max: number };

/** What a pattern has that is not read here. */
export class UnreadablePattern extends Error {}

type Flags = { ignoreCase: boolean; dotAll: boolean };
type Test = (codePoint: number) => boolean;

/** RE2 allows no more either. */
const MOST_REPEATS = 1000;

/** Reads a regular expression in the syntax of RE2. Throws UnreadablePattern. */
export function readPattern(pattern: string): PatternNode {
  const reader = { chars: [...pattern], at: 0 };
  const node = readChoices(reader, { ignoreCase: false, dotAll: false });
  if (reader.at < reader.chars.length) throw new UnreadablePattern('a ) has no (');
  return node;
}

type Reader = { chars: string[]; at: number };

function readChoices(reader: Reader, outer: Flags): PatternNode {
  // A flag set in the middle of a group holds to its end.
  const flags = { ...outer };
  const choices: PatternNode[] = [readSequence(reader, flags)];
  while (reader.chars[reader.at] === '|') {
    reader.at += 1;
    choices.push(readSequence(reader, flags));
  }
  const [only] = choices;
  return choices.length === 1 && only !== undefined ? only : { kind: 'any', choices };
}

function readSequence(reader: Reader, flags: Flags): PatternNode {
  const parts: PatternNode[] = [];
  for (;;) {
    const char = reader.chars[reader.at];
    if (char === undefined || char === '|' || char === ')') return { kind: 'all', parts };
    const atom = readAtom(reader, flags);
    if (atom !== null) parts.push(readRepeats(reader, atom));
  }
}

/** Null for what stands for nothing: (?i). */
function readAtom(reader: Reader, flags: Flags): PatternNode | null {
  const char = reader.chars[reader.at] ?? '';
  reader.at += 1;
  switch (char) {
    case '^':
      return { kind: 'begin' };
    case '$':
      return { kind: 'end' };
    case '.': {
      const { dotAll } = flags;
      return { kind: 'one', accepts: (point) => dotAll || point !== 10 };
    }
    case '(':
      return readGroup(reader, flags);
    case '[':
      return { kind: 'one', accepts: folded(readClass(reader, flags), false) };
    case '\\':
      return readEscape(reader, flags);
    case '*':
    case '+':
    case '?':
      throw new UnreadablePattern(`nothing to repeat before ${char}`);
    default:
      return { kind: 'one', accepts: character(char.codePointAt(0) ?? 0, flags) };
  }
}

function readGroup(reader: Reader, flags: Flags): PatternNode | null {
  const rest = reader.chars.slice(reader.at, reader.at + 100).join('');
  const named = /^\?P?<\w+>/.exec(rest);
  const flagged = /^\?([ismU]*)(?:-([ismU]+))?([:)])/.exec(rest);
  let inner = flags;
  if (named !== null) reader.at += named[0].length;
  else if (flagged !== null) {
    reader.at += [...flagged[0]].length;
    const [, on = '', off = '', end] = flagged;
    if (/[mU]/.test(on + off)) throw new UnreadablePattern('the flags m and U are not read here');
    inner = {
      ignoreCase: (flags.ignoreCase || on.includes('i')) && !off.includes('i'),
      dotAll: (flags.dotAll || on.includes('s')) && !off.includes('s'),
    };
    if (end === ')') {
      Object.assign(flags, inner);
      return null;
    }
  } else if (rest.startsWith('?')) throw new UnreadablePattern(`(${rest.slice(0, 3)} is not read here`);
  const node = readChoices(reader, inner);
  if (reader.chars[reader.at] !== ')') throw new UnreadablePattern('a ( has no )');
  reader.at += 1;
  return node;
}

function readRepeats(reader: Reader, atom: PatternNode): PatternNode {
  let node = atom;
  for (;;) {
    const counts = readCounts(reader);
    if (counts === null) return node;
    // Lazy or greedy makes no difference to whether it is found.
    if (reader.chars[reader.at] === '?') reader.at += 1;
    node = { kind: 'repeat', node, ...counts };
  }
}

function readCounts(reader: Reader): { min: number; max: number } | null {
  const char = reader.chars[reader.at];
  const simple = { '*': [0, Infinity], '+': [1, Infinity], '?': [0, 1] }[char ?? ''];
  if (simple !== undefined) {
    reader.at += 1;
    const [min = 0, max = 0] = simple;
    return { min, max };
  }
  if (char !== '{') return null;
  const found = /^\{(\d+)(?:(,)(\d*))?\}/.exec(reader.chars.slice(reader.at, reader.at + 20).join(''));
  // As in RE2, a brace that counts nothing is a brace.
  if (found === null) return null;
  const [text, least = '0', comma, most = ''] = found;
  const min = Number(least);
  const max = comma === undefined ? min : most === '' ? Infinity : Number(most);
  if (min > MOST_REPEATS || (max !== Infinity && (max > MOST_REPEATS || max < min)))
    throw new UnreadablePattern(`${text} repeats too often`);
  reader.at += text.length;
  return { min, max };
}

function readEscape(reader: Reader, flags: Flags): PatternNode {
  const char = reader.chars[reader.at] ?? '';
  if (char === 'A' || char === 'z') {
    reader.at += 1;
    return { kind: char === 'A' ? 'begin' : 'end' };
  }
  if (char === 'b' || char === 'B' || char === 'C' || char === 'Q' || /[1-9]/.test(char))
    throw new UnreadablePattern(`\\${char} is not read here`);
  const test = readClassEscape(reader);
  if (test !== null) return { kind: 'one', accepts: test };
  return { kind: 'one', accepts: character(readEscapedPoint(reader), flags) };
}

const classes: Record<string, Test> = {
  d: (p) => p >= 48 && p <= 57,
  w: (p) => (p >= 48 && p <= 57) || (p >= 65 && p <= 90) || p === 95 || (p >= 97 && p <= 122),
  s: (p) => p === 32 || p === 9 || p === 10 || p === 12 || p === 13,
};

/** \d, \W, \p{…}; null for an escaped character. `reader` stands behind the backslash. */
function readClassEscape(reader: Reader): Test | null {
  const char = reader.chars[reader.at] ?? '';
  const known = classes[char.toLowerCase()];
  if (known !== undefined) {
    reader.at += 1;
    return char === char.toLowerCase() ? known : (point) => !known(point);
  }
  if (char !== 'p' && char !== 'P') return null;
  const found = /^[pP](?:\{(\^?)(\w+)\}|([A-Z]))/.exec(
    reader.chars.slice(reader.at, reader.at + 60).join(''),
  );
  if (found === null) throw new UnreadablePattern(`\\${char} names no class`);
  const [text, negated = '', long, short = ''] = found;
  reader.at += text.length;
  const test = unicodeClass(long ?? short);
  return (char === 'P') !== (negated !== '') ? (point) => !test(point) : test;
}

function unicodeClass(name: string): Test {
  for (const property of [name, `Script=${name}`])
    try {
      const of = new RegExp(`^\\p{${property}}$`, 'u');
      return (point) => of.test(String.fromCodePoint(point));
    } catch {
      // It is a category or a script.
    }
  throw new UnreadablePattern(`there is no class \\p{${name}}`);
}

const controls: Record<string, number> = { n: 10, t: 9, r: 13, f: 12, v: 11, a: 7, '0': 0 };

function readEscapedPoint(reader: Reader): number {
  const rest = reader.chars.slice(reader.at, reader.at + 12).join('');
  const hex = /^x(?:([0-9a-fA-F]{2})|\{([0-9a-fA-F]{1,6})\})/.exec(rest);
  if (hex !== null) {
    reader.at += hex[0].length;
    return Number.parseInt(hex[1] ?? hex[2] ?? '', 16);
  }
  const char = reader.chars[reader.at];
  if (char === undefined) throw new UnreadablePattern('it ends with a backslash');
  reader.at += 1;
  const control = controls[char];
  if (control !== undefined) return control;
  if (/[a-zA-Z0-9]/.test(char)) throw new UnreadablePattern(`\\${char} is not read here`);
  return char.codePointAt(0) ?? 0;
}

const posix: Record<string, string> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  digit: '0-9',
  lower: 'a-z',
  upper: 'A-Z',
  punct: '!-/:-@[-`{-~',
  space: '\t\n\v\f\r -  ',
  xdigit: '0-9A-Fa-f',
  word: '0-9A-Za-z_-_',
};

/** `reader` stands behind the bracket. */
function readClass(reader: Reader, { ignoreCase }: Flags): Test {
  const isNegated = reader.chars[reader.at] === '^';
  if (isNegated) reader.at += 1;
  const tests: Test[] = [];
  for (let isFirst = true; ; isFirst = false) {
    const char = reader.chars[reader.at];
    if (char === undefined) throw new UnreadablePattern('a [ has no ]');
    if (char === ']' && !isFirst) break;
    tests.push(readClassItem(reader));
  }
  reader.at += 1;
  const inside: Test = (point) => tests.some((test) => test(point));
  const test = folded(inside, ignoreCase);
  return isNegated ? (point) => !test(point) : test;
}

function readClassItem(reader: Reader): Test {
  const named = /^\[:(\^?)(\w+):\]/.exec(reader.chars.slice(reader.at, reader.at + 20).join(''));
  if (named !== null) {
    const [text, negated = '', name = ''] = named;
    const ranges = posix[name];
    if (ranges === undefined) throw new UnreadablePattern(`there is no class ${text}`);
    reader.at += text.length;
    const test = inRanges(ranges);
    return negated === '' ? test : (point) => !test(point);
  }
  const from = readClassPoint(reader);
  if (typeof from === 'function') return from;
  if (reader.chars[reader.at] !== '-' || reader.chars[reader.at + 1] === ']')
    return (point) => point === from;
  reader.at += 1;
  const to = readClassPoint(reader);
  if (typeof to === 'function' || to < from)
    throw new UnreadablePattern('a range in [ ] is the wrong way round');
  return (point) => point >= from && point <= to;
}

function readClassPoint(reader: Reader): number | Test {
  const char = reader.chars[reader.at] ?? '';
  reader.at += 1;
  if (char !== '\\') return char.codePointAt(0) ?? 0;
  return readClassEscape(reader) ?? readEscapedPoint(reader);
}

/** Ranges as pairs of characters with a hyphen between. */
function inRanges(text: string): Test {
  const pairs = [...text.matchAll(/(.)-(.)|(.)/gs)].map(([, from, to, single]) => [
    (from ?? single ?? '').charCodeAt(0),
    (to ?? single ?? '').charCodeAt(0),
  ]);
  return (point) => pairs.some(([from = 0, to = 0]) => point >= from && point <= to);
}

function character(point: number, { ignoreCase }: Flags): Test {
  return folded((other) => other === point, ignoreCase);
}

function folded(test: Test, ignoreCase: boolean): Test {
  if (!ignoreCase) return test;
  return (point) => {
    if (test(point)) return true;
    const char = String.fromCodePoint(point);
    return [char.toLowerCase(), char.toUpperCase()].some(
      (other) => [...other].length === 1 && test(other.codePointAt(0) ?? 0),
    );
  };
}
