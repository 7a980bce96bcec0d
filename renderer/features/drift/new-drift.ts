import type { Column, ColumnDrift, ColumnType, DatasetVersion } from '../../../local-api/contract/index.ts';

/** How a column type is compared. */
export function kindOf(type: ColumnType): ColumnDrift['kind'] {
  return type === 'string' || type === 'boolean' ? 'category' : 'number';
}

/** The columns that both versions have as the same kind, and the names of all others. */
export function comparableColumns(
  reference: Pick<DatasetVersion, 'columns'> | null,
  current: Pick<DatasetVersion, 'columns'> | null,
): { common: Column[]; others: string[] } {
  if (!reference || !current) return { common: [], others: [] };
  const there = new Map(current.columns.map((column) => [column.name, column]));
  const common = reference.columns.filter((column) => {
    const other = there.get(column.name);
    return other !== undefined && kindOf(other.type) === kindOf(column.type);
  });
  const names = new Set(common.map((column) => column.name));
  const all = new Set([...reference.columns, ...current.columns].map((column) => column.name));
  return { common, others: [...all].filter((name) => !names.has(name)) };
}
