import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AssayError } from '../../errors.ts';

/** A sort value of the last row of a page. JSON has no infinities, so those travel as one-element arrays. */
export type CursorValue = string | number | null;

const WireValue = z.union([z.string(), z.number(), z.null(), z.tuple([z.enum(['Infinity', '-Infinity'])])]);
const Wire = z.object({ b: z.string(), v: z.array(WireValue), k: z.int() });

/** Where a page ended: the sort values and the key of its last row. `bound` says which list, filter and order it is of. */
export type Cursor = { values: CursorValue[]; key: number };

/** A short name for what a cursor belongs to; another filter or order gives another one. */
export function boundTo(parts: readonly (string | undefined)[]): string {
  return createHash('sha256')
    .update(JSON.stringify(parts.map((part) => part ?? null)))
    .digest('base64url')
    .slice(0, 12);
}

export function encodeCursor(bound: string, cursor: Cursor): string {
  const values = cursor.values.map((value) =>
    typeof value === 'number' && !Number.isFinite(value) ? [String(value)] : value,
  );
  return Buffer.from(JSON.stringify({ b: bound, v: values, k: cursor.key })).toString('base64url');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Throws request/bad-cursor when the text is no cursor, or one of another list, filter or order. */
export function decodeCursor(bound: string, terms: number, text: string): Cursor {
  const parsed = Wire.safeParse(parseJson(Buffer.from(text, 'base64url').toString()));
  if (!parsed.success || parsed.data.v.length !== terms) {
    throw new AssayError('request/bad-cursor', 'The cursor is not one that this list gave.', {
      problems: [{ path: 'cursor', message: 'cannot be read', expected: 'nextCursor of the page before' }],
    });
  }
  if (parsed.data.b !== bound) {
    throw new AssayError('request/bad-cursor', 'The cursor belongs to another list, filter or order.', {
      problems: [
        { path: 'cursor', message: 'is of another query', expected: 'the same filter and sort as before' },
      ],
    });
  }
  const values = parsed.data.v.map((value) => (Array.isArray(value) ? Number(value[0]) : value));
  return { values, key: parsed.data.k };
}
