import { type GatherContext, mostRows } from '../gather-context.ts';

/** The SELECT of a source: a whole table, or the query that was given, of either the first rows where that will do. */
export function selectOf(
  { table, query }: { table: string | null; query: string | null },
  quote: (name: string) => string,
  context: GatherContext,
): string {
  const limit = mostRows(context);
  const rows =
    query === null
      ? `SELECT * FROM ${(table ?? '').split('.').map(quote).join('.')}`
      : query.trim().replace(/;\s*$/, '');
  // On a line of its own, so that a comment at the end does not swallow the parenthesis.
  return limit === null && query === null
    ? rows
    : `SELECT * FROM (${rows}\n) AS source${limit === null ? '' : ` LIMIT ${limit}`}`;
}
