import type { DataSchema } from '../../local-api/contract/index.ts';

/** Ids of the results that are about no rule. */
export const extraColumnsId = 'extra-columns';
export const columnOrderId = 'column-order';
export const columnId = (column: string): string => `${column}.column`;

/** The schema with an id for each rule that has none: column and kind, and a number where there are several. */
export function nameRules(schema: DataSchema): DataSchema {
  const taken = new Set([extraColumnsId, columnOrderId]);
  for (const column of schema.columns) {
    taken.add(columnId(column.name));
    for (const rule of column.rules) taken.add(rule.id);
  }
  for (const rule of schema.rows) taken.add(rule.id);
  const named = <R extends { id: string; kind: string }>(rule: R, prefix: string): R => {
    if (rule.id !== '') return rule;
    let id = `${prefix}${rule.kind}`;
    for (let number = 2; taken.has(id); number++) id = `${prefix}${rule.kind}-${number}`;
    taken.add(id);
    return { ...rule, id };
  };
  return {
    ...schema,
    columns: schema.columns.map((column) => ({
      ...column,
      rules: column.rules.map((rule) => named(rule, `${column.name}.`)),
    })),
    rows: schema.rows.map((rule) => named(rule, '')),
  };
}
