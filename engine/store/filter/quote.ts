/** A text as a value of the filter language. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A pattern for like and ilike that holds for every text with this one in it. */
export function containsPattern(text: string): string {
  return quoteText(`%${text.replace(/[\\%_]/g, '\\$&')}%`);
}

/** A field as the filter language writes it: status, params.depth, params.`a b`. */
export function fieldName(family: string | null, key: string): string {
  const isPlain = /^[\p{L}\p{N}_./:@-]+$/u.test(key);
  const quoted = isPlain ? key : `\`${key.replaceAll('`', '``')}\``;
  return family === null ? quoted : `${family}.${quoted}`;
}
