/** A node of the syntax tree that DuckDB's json_serialize_sql gives. */
export type SyntaxNode = Record<string, unknown>;

export function isObject(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The texts of a list; names that come with their table as the name alone. */
export const textsOf = (value: unknown): string[] => listOf(value).map(String);
