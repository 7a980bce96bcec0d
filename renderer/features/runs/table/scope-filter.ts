/** A filter as it is sent, and where the person's own text begins in it. */
export type ScopedFilter = {
  filter: string | undefined;
  /** Characters before the person's text: an offset that the server gives, less this, is one in that text. */
  offset: number;
};

/**
 * Narrows what a person typed to a scope such as `experimentId = '3'`, keeping their `order by` last.
 *
 * The text goes first, in brackets, so that offsets in error messages shift by one only. Text with a bracket
 * that closes too much is sent as it is: the server then says where the fault lies, and the brackets added here
 * cannot be made to pair with it.
 */
export function scopeFilter(text: string, scope: string | undefined): ScopedFilter {
  const { conditions, order } = splitOrder(text);
  if (scope === undefined) return { filter: text.trim() === '' ? undefined : text, offset: 0 };
  if (conditions.trim() === '') return { filter: `${scope} ${order}`.trim(), offset: 0 };
  if (closesTooMuch(conditions)) return { filter: text, offset: 0 };
  return { filter: `(${conditions}) and ${scope} ${order}`.trim(), offset: 1 };
}

/** Cuts a filter before its `order by`, looking past quoted text. */
export function splitOrder(text: string): { conditions: string; order: string } {
  for (const { index, quoted } of characters(text)) {
    if (quoted) continue;
    const before = index === 0 ? ' ' : text[index - 1];
    if (/[\s)]/.test(before ?? ' ') && /^order\s+by\b/i.test(text.slice(index))) {
      return { conditions: text.slice(0, index), order: text.slice(index) };
    }
  }
  return { conditions: text, order: '' };
}

function closesTooMuch(text: string): boolean {
  let depth = 0;
  for (const { index, quoted } of characters(text)) {
    if (quoted) continue;
    if (text[index] === '(') depth += 1;
    if (text[index] === ')') depth -= 1;
    if (depth < 0) return true;
  }
  return false;
}

function* characters(text: string): Generator<{ index: number; quoted: boolean }> {
  let quote: string | null = null;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index] ?? '';
    if (quote === null && (character === "'" || character === '"' || character === '`')) {
      quote = character;
      yield { index, quoted: true };
    } else if (character === quote) {
      yield { index, quoted: true };
      quote = null;
    } else {
      yield { index, quoted: quote !== null };
    }
  }
}
