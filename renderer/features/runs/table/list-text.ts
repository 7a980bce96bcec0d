/** Writes keys as one text, separated by commas; a comma or backslash in a key is escaped. */
export function joinList(items: readonly string[]): string {
  return items.map((item) => item.replace(/[\\,]/g, '\\$&')).join(',');
}

/** Reads what `joinList` wrote. Empty parts are left out. */
export function splitList(text: string | undefined): string[] {
  if (text === undefined) return [];
  const parts = text.match(/(?:\\.|[^\\,])+/gs) ?? [];
  return parts.map((part) => part.replace(/\\(.)/gs, '$1'));
}
