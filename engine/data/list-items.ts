import type { DuckDBValue } from '@duckdb/node-api';

/** The items of a list that DuckDB gave; none of anything else. */
export function listItems(value: DuckDBValue | undefined): readonly DuckDBValue[] {
  return typeof value === 'object' && value !== null && 'items' in value && Array.isArray(value.items)
    ? value.items
    : [];
}
