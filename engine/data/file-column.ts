import type { SourceColumn } from './relation.ts';

/** The name of the column that tells the file of a row; another one when the files have such a column. */
export function fileColumnName(columns: readonly Pick<SourceColumn, 'name'>[]): string {
  const taken = new Set(columns.map(({ name }) => name.toLowerCase()));
  let name = '_file';
  for (let next = 2; taken.has(name); next++) name = `_file_${next}`;
  return name;
}
