/** The SELECT of a source: a whole table, or the query that was given. */
export function selectOf(
  { table, query }: { table: string | null; query: string | null },
  quote: (name: string) => string,
): string {
  if (query !== null) return query.trim().replace(/;\s*$/, '');
  return `SELECT * FROM ${(table ?? '').split('.').map(quote).join('.')}`;
}

/** Some of the rows of a query. On a line of its own, so that a comment at the end does not swallow the parenthesis. */
export function firstOf(select: string, limit: number | null): string {
  return `SELECT * FROM (${select}\n) AS source${limit === null ? '' : ` LIMIT ${limit}`}`;
}
