import { setImmediate } from 'node:timers/promises';
import { AssayError, messageOf } from '../../../engine/errors.ts';

/** A body that is shorter than `long` is parsed in one go: a few milliseconds. A part takes about 2. */
const usualBytes = { long: 2 ** 20, part: 2 ** 18 };
/** Looked through between two chances for others to run: about 2 ms. */
const scannedBytes = 2 ** 20;

/** No request is nested so deeply, and each level of a long one costs a call. */
const deepest = 500;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/** Elements or members that stand one after another, or one that is long itself, with its key in an object. */
type Part = { from: number; to: number; long: Long | null };
/** A list or an object that is parsed in parts. */
type Long = { from: number; isObject: boolean; parts: Part[] };

/** A list or an object that is not closed yet. */
type Open = Long & {
  /** Where the next part begins. */
  next: number;
  /** Of the last comma, or of the bracket. */
  separator: number;
  /** The next part begins behind a long element: nothing but a comma may follow. */
  isBehindLong: boolean;
};

/**
 * The value of a JSON body, as `parse` reads it. A long body is read in parts, cut at the commas of its lists and objects, and
 * others may run between them: parsing 60 MB takes half a second in which the event loop would answer nobody.
 *
 * Errors: those of `parse` for a short body; `request/malformed` with the bytes where the fault is for a long one.
 * Cost: linear; a long body is looked through once more.
 */
export async function parseLongJson(
  body: Buffer,
  parse: (text: string) => unknown,
  bytes = usualBytes,
): Promise<unknown> {
  if (body.length < bytes.long) return parse(body.toString('utf8'));
  const root = await findParts(body, bytes.part);
  if (root === null) return parse(body.toString('utf8'));
  return readLong(body, root, parse);
}

function malformed(from: number, to: number, why: string): AssayError {
  return new AssayError(
    'request/malformed',
    `The body is not JSON between its bytes ${from} and ${to}: ${why}`,
  );
}

/** Null when the body is a single text, number or word. */
async function findParts(body: Buffer, partBytes: number): Promise<Long | null> {
  const scan = scanner(body, partBytes);
  for (let until = 0; until < body.length; ) {
    until = Math.min(until + scannedBytes, body.length);
    scan.to(until);
    await setImmediate();
  }
  return scan.end();
}

/** Finds lists, objects and texts; whether all between them is JSON is seen when the parts are parsed. */
function scanner(body: Buffer, partBytes: number) {
  // What holds the whole value, as if it were a list.
  const outside = opened(-1, false);
  const stack: Open[] = [];
  let top = outside;
  let at = 0;

  const open = (isObject: boolean): void => {
    if (stack.length >= deepest) throw malformed(at, body.length, `it is nested deeper than ${deepest}.`);
    stack.push(top);
    top = opened(at, isObject);
  };
  const close = (isObject: boolean): void => {
    const closed = top;
    const parent = stack.pop();
    if (parent === undefined || closed.isObject !== isObject)
      throw malformed(at, at + 1, 'a bracket has no other half.');
    top = parent;
    if (closed.parts.length === 0 && at - closed.from < partBytes) return;
    endPart(closed);
    if (parent.separator >= parent.next)
      parent.parts.push({ from: parent.next, to: parent.separator, long: null });
    parent.parts.push({ from: parent.separator + 1, to: closed.from, long: closed });
    parent.next = at + 1;
    parent.isBehindLong = true;
  };
  const separate = (): void => {
    if (top === outside) throw malformed(at, at + 1, 'a comma follows the value.');
    if (top.isBehindLong || at - top.next >= partBytes) endPart(top);
    top.separator = at;
  };
  const endPart = (one: Open): void => {
    if (one.isBehindLong) expectBlank(body, one.next, at);
    else one.parts.push({ from: one.next, to: at, long: null });
    one.next = at + 1;
    one.isBehindLong = false;
  };

  return {
    to(until: number): void {
      for (; at < until; at += 1) {
        const byte = body[at];
        if (byte === quote) {
          for (at += 1; at < body.length && body[at] !== quote; at += 1) if (body[at] === backslash) at += 1;
        } else if (byte === comma) separate();
        else if (byte === openBrace || byte === openBracket) open(byte === openBrace);
        else if (byte === closeBrace || byte === closeBracket) close(byte === closeBrace);
      }
    },
    end(): Long | null {
      if (top !== outside) throw malformed(top.from, body.length, 'it ends before this is closed.');
      const [only, ...others] = outside.parts;
      if (only === undefined || only.long === null || others.length > 0) return null;
      expectBlank(body, 0, only.to);
      expectBlank(body, outside.next, body.length);
      return only.long;
    },
  };
}

function opened(from: number, isObject: boolean): Open {
  return { from, isObject, parts: [], next: from + 1, separator: from, isBehindLong: false };
}

function expectBlank(body: Buffer, from: number, to: number): void {
  const found = body.toString('utf8', from, Math.min(to, from + 100)).trim();
  if (found !== '' || (to > from + 100 && body.toString('utf8', from, to).trim() !== ''))
    throw malformed(from, to, `"${found.slice(0, 20)}" stands where a comma was expected.`);
}

async function readLong(
  body: Buffer,
  { isObject, parts }: Long,
  parse: (text: string) => unknown,
): Promise<unknown> {
  const list: unknown[] = [];
  const fields: Record<string, unknown> = {};
  for (const { from, to, long } of parts) {
    const text = body.toString('utf8', from, to);
    const read = (whole: string): object => {
      try {
        return Object(parse(whole));
      } catch (thrown) {
        throw malformed(from, to, messageOf(thrown));
      }
    };
    if (isObject) {
      const members = Object.entries(read(long === null ? `{${text}}` : `{${text}0}`));
      if (members.length === 0 && parts.length > 1)
        throw malformed(from, to, 'a member is missing between two commas.');
      for (const [name, value] of members)
        setOwn(fields, name, long === null ? value : await readLong(body, long, parse));
    } else if (long !== null) {
      expectBlank(body, from, to);
      list.push(await readLong(body, long, parse));
    } else {
      const elements = read(`[${text}]`);
      if (!Array.isArray(elements) || (elements.length === 0 && parts.length > 1))
        throw malformed(from, to, 'an element is missing between two commas.');
      for (const element of elements) list.push(element);
    }
    await setImmediate();
  }
  return isObject ? fields : list;
}

/** As JSON.parse does it: "__proto__" is a name like any other. */
function setOwn(fields: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__')
    Object.defineProperty(fields, name, { value, writable: true, enumerable: true, configurable: true });
  else fields[name] = value;
}
