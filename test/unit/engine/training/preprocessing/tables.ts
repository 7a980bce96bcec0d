import type { TableColumn, TableTarget, TrainingTable } from '../../../../../engine/training/table.ts';
import type { ColumnType, FeatureRole } from '../../../../../local-api/contract/index.ts';

/** A table in memory; null is missing. Datetimes as milliseconds, booleans as 0 and 1. */
export function tableOf(
  columns: Record<
    string,
    { type: ColumnType; role?: FeatureRole; values: readonly (number | string | null)[]; nullable?: boolean }
  >,
  target?: TableTarget,
): TrainingTable {
  const built = Object.entries(columns).map(([name, { type, role, values, nullable }]): TableColumn => {
    const base = { name, type, nullable: nullable ?? values.includes(null) };
    if (type === 'string' || role === 'category') {
      const categories = [...new Set(values.filter((value) => value !== null).map(String))];
      const codeOf = new Map(categories.map((category, code) => [category, code]));
      const codes = Int32Array.from(values, (v) => (v === null ? -1 : (codeOf.get(String(v)) ?? -1)));
      return { ...base, role: 'category', codes, categories };
    }
    const kind =
      type === 'boolean' ? 'boolean' : type === 'datetime' && role !== 'number' ? 'datetime' : 'number';
    return {
      ...base,
      role: kind,
      values: Float64Array.from(values, (v) => (v === null ? Number.NaN : Number(v))),
    };
  });
  const rows = Object.values(columns)[0]?.values.length ?? 0;
  return {
    rows,
    matchedRows: rows,
    withoutTarget: 0,
    columns: built,
    target: target ?? { task: 'regression', values: Float64Array.from({ length: rows }, (_, i) => i) },
    extras: [],
    sourceRows: Int32Array.from({ length: rows }, (_, i) => i),
  };
}

export const allRows = (table: TrainingTable): Int32Array =>
  Int32Array.from({ length: table.rows }, (_, i) => i);
