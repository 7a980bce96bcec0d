import type { Column } from '../../local-api/contract/index.ts';
import { type DuckDb, quoteText } from '../duckdb/index.ts';
import { expectedNames } from '../store/index.ts';
import type { StepTable } from './step-sql.ts';

/** Tells a fault: a JSON pointer below the step, what is wrong, what was expected. */
export type Report = (path: string, message: string, expected?: string) => void;

/** The column of a name; null, and a fault told, where there is none. */
export type Find = (name: string, at: string) => Column | null;

/** Looks a column up as DuckDB does, which takes upper and lower case for the same. */
export function finder(table: StepTable, report: Report): Find {
  return (name, at) => {
    const exact = table.columns.find((column) => column.name === name);
    const found = exact ?? table.columns.find((column) => column.name.toLowerCase() === name.toLowerCase());
    if (found === undefined) report(at, `There is no column "${name}"`, namesOf(name, table));
    return found ?? null;
  };
}

/** The names that may have been meant. */
export const namesOf = (name: string, { columns }: StepTable): string =>
  expectedNames(
    name,
    columns.slice(0, 200).map((column) => column.name),
  );

/** Names in the spelling of the table; a fault is told for each that is not there. */
export function found(names: readonly string[], path: string, find: Find): string[] {
  return names.map((name, index) => find(name, `${path}/${index}`)?.name ?? name);
}

/** The names that stand more than once, upper and lower case taken for the same. */
export function repeated(names: readonly string[]): string[] {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const name of names) {
    const key = name.toLowerCase();
    if (seen.has(key)) twice.add(name);
    seen.add(key);
  }
  return [...twice];
}

/** The types of a snapshot in SQL. */
export const sqlTypes: Record<Column['type'], string> = {
  integer: 'BIGINT',
  float: 'DOUBLE',
  boolean: 'BOOLEAN',
  string: 'VARCHAR',
  datetime: 'TIMESTAMP',
  date: 'DATE',
};

/** A table without rows that has these columns. */
export function emptyTable(columns: readonly Column[], quote: (name: string) => string): string {
  const list = columns.map(({ name, type }) => `CAST(NULL AS ${sqlTypes[type]}) AS ${quote(name)}`);
  return `(SELECT ${list.join(', ')} WHERE false)`;
}

/** Whether a value can stand in a column of a type. */
export async function fits(
  db: DuckDb,
  value: string | number | boolean,
  type: Column['type'],
): Promise<boolean> {
  switch (type) {
    case 'integer':
    case 'float':
      return typeof value === 'number';
    case 'boolean':
      return typeof value === 'boolean';
    case 'string':
      return typeof value === 'string';
    case 'date':
    case 'datetime': {
      if (typeof value !== 'string') return false;
      const [row] = await db.rows(`SELECT TRY_CAST(${quoteText(value)} AS ${sqlTypes[type]}) IS NOT NULL`);
      return row?.[0] === true;
    }
  }
}
