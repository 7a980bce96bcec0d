import { invalidParameter } from '../errors.ts';

/** One key to sort by. `entity` is null for a bare name. */
export type OrderKey = { entity: string | null; key: string; descending: boolean; text: string };

function unquoted(text: string): string {
  const [, inBackticks, inQuotes] = /^(?:`([^`]*)`|"([^"]*)")$/.exec(text) ?? [];
  return inBackticks ?? inQuotes ?? text;
}

/** Reads "metrics.`val loss` DESC". Throws INVALID_PARAMETER_VALUE. */
function parseOrderKey(text: string): OrderKey {
  const [, name = '', direction = 'ASC'] = /^\s*(.*?)(?:\s+(asc|desc))?\s*$/is.exec(text) ?? [];
  if (name === '') throw invalidParameter(`Invalid order_by clause "${text}": it names nothing.`);
  const isQuoted = /^[`"]/.test(name);
  // Keys with blanks have to be in quotes; more than one word is something else.
  if (!/^(?:[^\s`"]+|[^\s`".]*\.?(?:`[^`]*`|"[^"]*"))$/.test(name)) {
    throw invalidParameter(`Invalid order_by clause "${text}": expected a name and ASC or DESC.`);
  }
  const dot = isQuoted ? -1 : name.indexOf('.');
  const [entity, key] = dot < 0 ? [null, name] : [name.slice(0, dot), name.slice(dot + 1)];
  return { entity, key: unquoted(key), descending: direction.toUpperCase() === 'DESC', text };
}

/** Throws INVALID_PARAMETER_VALUE for what is no key, and for one that comes twice. */
export function parseOrderBy(list: readonly string[]): OrderKey[] {
  return list.map(parseOrderKey);
}
