import type { Frame } from '../../engine/monitoring/windows/frame.ts';
import type { TableColumn } from '../../engine/training/index.ts';

/** A frame of plain arrays: numbers (NaN is missing), or texts (null is missing). */
export function frameOf(columns: Readonly<Record<string, readonly (number | string | null)[]>>): Frame {
  const rows = Object.values(columns)[0]?.length ?? 0;
  return {
    rows,
    of: rows,
    columns: Object.entries(columns).map(([name, values]): TableColumn => {
      if (values.some((value) => typeof value === 'string')) {
        const categories = [...new Set(values.filter((value) => typeof value === 'string'))];
        const codes = Int32Array.from(values, (value) =>
          typeof value === 'string' ? categories.indexOf(value) : -1,
        );
        return { name, type: 'string', nullable: true, role: 'category', codes, categories };
      }
      return {
        name,
        type: 'float',
        nullable: true,
        role: 'number',
        values: Float64Array.from(values, (value) => (typeof value === 'number' ? value : Number.NaN)),
      };
    }),
  };
}
