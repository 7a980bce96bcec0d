/** Texts, comments, quoted names and bare words of SQL, in this order of preference. */
const token = /'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\/|"((?:[^"]|"")*)"|([\p{L}_][\p{L}\p{N}_$]*)/gu;

/** The columns that an SQL expression mentions, by name without regard to case as SQL has it. */
export function columnsIn(expression: string, columns: readonly string[]): Set<string> {
  const byName = new Map(columns.map((name) => [name.toLowerCase(), name]));
  const found = new Set<string>();
  for (const [, quoted, bare] of expression.matchAll(token)) {
    const column = byName.get((quoted?.replaceAll('""', '"') ?? bare ?? '').toLowerCase());
    if (column !== undefined) found.add(column);
  }
  return found;
}
