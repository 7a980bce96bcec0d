import { isPair, isScalar, isSeq, parseDocument, visit } from 'yaml';
import type { Path } from './recipe-text.ts';

/** Where in a document something is being written. */
export type Cursor = {
  /** The object, list or field that the cursor is in. */
  path: Path;
  /** The name of a field, a value, or what could still become either. */
  wants: 'name' | 'value' | 'either';
  /** The word at the cursor, as offsets. */
  from: number;
  to: number;
  /** Whether a colon follows, so that a name is changed and not added. */
  hasColon: boolean;
  /** What the document says without the word. */
  value: unknown;
};

/** Stands for the word at the cursor; of characters that mean nothing in YAML or JSON. */
const marker = 'a55ay_cur50r';

/**
 * Finds the place of the word at an offset of a YAML or JSON text that may be half written: the word is replaced by a mark, and the
 * mark looked for in what the reader makes of the text. Null where nothing can be named, in comments for instance. Cost: linear in
 * the text.
 */
export function cursorAt(text: string, offset: number): Cursor | null {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const before = text.slice(lineStart, offset);
  if (/(^|\s)#/.test(before.replace(/"[^"]*"?/g, ''))) return null;
  const { from, to } = wordAt(text, lineStart, offset);
  const hasColon = /^[ \t]*:/.test(text.slice(to));
  const startsLine = /^[ \t]*(- +)*$/.test(text.slice(lineStart, from));
  const isAlone = startsLine && !hasColon && /^[ \t]*(#.*)?$/.test(lineFrom(text, to));
  const found = find(text.slice(0, from), isAlone ? `${marker}: ` : marker, text.slice(to));
  if (found === null) return null;
  const { path, isName, value } = found;
  return { path, wants: isAlone ? 'either' : isName ? 'name' : 'value', from, to, hasColon, value };
}

const lineFrom = (text: string, at: number) => text.slice(at, `${text}\n`.indexOf('\n', at));

/** A text in quotes is one word with them; else a word ends where YAML ends a plain scalar. */
function wordAt(text: string, lineStart: number, offset: number): { from: number; to: number } {
  const before = text.slice(lineStart, offset);
  const line = lineFrom(text, offset);
  const quotes = [...before.matchAll(/(?<!\\)"/g)];
  const open = quotes.length % 2 === 1 ? quotes.at(-1)?.index : undefined;
  if (open !== undefined) {
    const close = /(?<!\\)"/.exec(line)?.index;
    // A quote that is not closed ends with the word.
    const end = close === undefined ? (/^[^,\]}:]*/.exec(line)?.[0].trimEnd().length ?? 0) : close + 1;
    return { from: lineStart + open, to: offset + end };
  }
  const start = startOfScalar(before);
  const rest = /^(?:[^\s,\]}:#]|:(?=\S))*/.exec(line)?.[0] ?? '';
  return { from: lineStart + start, to: offset + rest.length };
}

/** Where the last scalar of a line begins: after its indentation, the mark of a list, a colon, a bracket or a comma. */
function startOfScalar(before: string): number {
  const ends = [...before.matchAll(/^[ \t]*(?:- +)*|:[ \t]+|[[{,][ \t]*/g)].map(
    (mark) => mark.index + mark[0].length,
  );
  return Math.max(0, ...ends);
}

type Found = { path: Path; isName: boolean; value: unknown };

function find(head: string, mark: string, tail: string): Found | null {
  const document = parseDocument(head + mark + tail, { prettyErrors: false, uniqueKeys: false });
  let found: Omit<Found, 'value'> | null = null;
  visit(document, {
    Scalar(key, scalar, ancestors) {
      if (scalar.value !== marker) return undefined;
      const path = ancestors.flatMap((node, index): (string | number)[] => {
        if (isSeq(node)) return [node.items.indexOf(ancestors[index + 1] ?? scalar)];
        return isPair(node) && isScalar(node.key) && node.key !== scalar ? [String(node.key.value)] : [];
      });
      found = { path, isName: key === 'key' };
      return visit.BREAK;
    },
  });
  if (found === null) return null;
  // Assigned in a callback, which the compiler does not follow.
  const { path, isName }: Omit<Found, 'value'> = found;
  return { path, isName, value: plainData(document, path) };
}

/** The document as plain data; what can't be read of it is left out. */
function plainData(document: ReturnType<typeof parseDocument>, path: Path): unknown {
  try {
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    let at: unknown = value;
    for (const step of path)
      at = typeof at === 'object' && at !== null ? Reflect.get(at, String(step)) : undefined;
    if (typeof at === 'object' && at !== null) Reflect.deleteProperty(at, marker);
    return value;
  } catch {
    return undefined;
  }
}
