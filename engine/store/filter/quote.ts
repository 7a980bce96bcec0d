/** A text as a value of the filter language. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A pattern for like and ilike that holds for every text with this one in it. */
export function containsPattern(text: string): string {
  return quoteText(`%${text.replace(/[\\%_]/g, '\\$&')}%`);
}
