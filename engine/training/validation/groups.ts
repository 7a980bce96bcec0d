import { AssayError } from '../../errors.ts';
import type { TrainingTable } from '../table.ts';

/**
 * A number a row of the table, equal where the column has the same value; rows without a value are one group. The column
 * is a feature or among the table's extras. O(rows).
 */
export function groupsOf(table: Pick<TrainingTable, 'columns' | 'extras'>, name: string): Int32Array {
  const column = [...table.extras, ...table.columns].find((candidate) => candidate.name === name);
  if (column === undefined) throw new AssayError('internal', `The column "${name}" was not read.`);
  if (column.role === 'category') return column.codes;
  const known = new Map<number, number>();
  return Int32Array.from(column.values, (value) => {
    // A Map takes NaN as equal to itself.
    const group = known.get(value) ?? known.size;
    known.set(value, group);
    return group;
  });
}
