import type { TableColumn, TrainingTable } from '../../../../../engine/training/table.ts';

/** A table of two classes with the columns given. */
export function tableOf(columns: readonly TableColumn[], codes: Int32Array): TrainingTable {
  return {
    rows: codes.length,
    matchedRows: codes.length,
    withoutTarget: 0,
    columns,
    extras: [],
    target: { task: 'classification', codes, classes: ['no', 'yes'] },
    sourceRows: Int32Array.from(codes, (_, row) => 1000 + row),
  };
}

export function numbers(name: string, values: ArrayLike<number>): TableColumn {
  return { name, type: 'float', nullable: true, role: 'number', values: Float64Array.from(values) };
}

export function texts(name: string, values: readonly string[]): TableColumn {
  const categories = [...new Set(values)].filter((value) => value !== '');
  const codes = Int32Array.from(values, (value) => categories.indexOf(value));
  return { name, type: 'string', nullable: true, role: 'category', codes, categories };
}
