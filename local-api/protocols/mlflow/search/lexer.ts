import { invalidParameter } from '../errors.ts';

/**
 * - `name`: one name or two with a dot between, `metrics.accuracy`; dots after the first belong to the key. Parts may be in
 *   backticks or double quotes. A lone part in double quotes may as well be a value.
 * - `string`: in single quotes, as it stands there
 */
export type Token =
  | { kind: 'name'; parts: string[]; quote: '`' | '"' | null; text: string; at: number }
  | { kind: 'string'; value: string; text: string; at: number }
  | { kind: 'number'; value: number; text: string; at: number }
  | { kind: 'symbol'; text: string; at: number };

const space = /\s+/y;
const number = /[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\p{L}\p{N}_])/uy;
const symbol = /!=|<=|>=|=|<|>|\(|\)|,/y;
const part = /`([^`]*)`|"([^"]*)"|([\p{L}\p{N}_]+)/uy;
const string = /'((?:''|[^'])*)'/y;
/** After `entity.`: the rest up to a blank or a sign, or in quotes. */
const key = /`([^`]*)`|"([^"]*)"|([\p{L}\p{N}_.]+)/uy;

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function readName(filter: string, at: number): (Token & { kind: 'name' }) | null {
  const first = matchAt(part, filter, at);
  if (first === null) return null;
  const quote = first[1] !== undefined ? '`' : first[2] !== undefined ? '"' : null;
  const head = first[1] ?? first[2] ?? first[3] ?? '';
  const end = at + first[0].length;
  const second = filter[end] === '.' ? matchAt(key, filter, end + 1) : null;
  if (second === null) return { kind: 'name', parts: [head], quote, text: first[0], at };
  const tail = second[1] ?? second[2] ?? second[3] ?? '';
  return { kind: 'name', parts: [head, tail], quote: null, text: `${first[0]}.${second[0]}`, at };
}

/** The tokens of a filter in MLflow's language. Throws INVALID_PARAMETER_VALUE with the place of what is none. */
export function tokensOf(filter: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < filter.length; ) {
    const blank = matchAt(space, filter, at);
    if (blank !== null) {
      at += blank[0].length;
      continue;
    }
    const token = readToken(filter, at);
    if (token === null) {
      throw invalidParameter(
        `Invalid filter: ${JSON.stringify(filter[at])} at offset ${at} is not understood.`,
      );
    }
    tokens.push(token);
    at += token.text.length;
  }
  return tokens;
}

function readToken(filter: string, at: number): Token | null {
  const literal = matchAt(string, filter, at);
  if (literal !== null) return { kind: 'string', value: literal[1] ?? '', text: literal[0], at };
  const digits = matchAt(number, filter, at);
  if (digits !== null) return { kind: 'number', value: Number(digits[0]), text: digits[0], at };
  const sign = matchAt(symbol, filter, at);
  if (sign !== null) return { kind: 'symbol', text: sign[0], at };
  return readName(filter, at);
}
