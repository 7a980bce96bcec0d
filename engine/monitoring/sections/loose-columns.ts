import type { ColumnDrift, DriftSettings } from '../../../local-api/contract/index.ts';
import { type Comparison, compareCategories, compareNumbers } from '../comparison.ts';
import { sampleOf } from '../statistics/sample.ts';
import { judgeColumns } from '../verdict.ts';

/** A column that stands in no file: both windows of it, in memory. NaN and null are missing. */
export type LooseColumn =
  | { name: string; kind: 'number'; reference: Float64Array; current: Float64Array }
  | {
      name: string;
      kind: 'category';
      reference: readonly (string | null)[];
      current: readonly (string | null)[];
    };

/** Compares columns that were worked out as the columns of the data are compared, and judges them together. */
export function compareLoose(columns: readonly LooseColumn[], settings: DriftSettings): ColumnDrift[] {
  const comparisons = columns.map((column): Comparison => {
    if (column.kind === 'number') {
      const window = (values: Float64Array) => {
        const known = values.filter((value) => Number.isFinite(value));
        return { sample: sampleOf(known), missing: values.length - known.length };
      };
      return compareNumbers(
        { name: column.name, type: 'float' },
        window(column.reference),
        window(column.current),
        settings,
      );
    }
    const counts = new Map<string, [number, number]>();
    const missing = [0, 0];
    [column.reference, column.current].forEach((values, side) => {
      for (const value of values) {
        if (value === null) missing[side] = (missing[side] as number) + 1;
        else {
          const pair = counts.get(value) ?? [0, 0];
          pair[side] = (pair[side] as number) + 1;
          counts.set(value, pair);
        }
      }
    });
    const labels = [...counts.keys()].sort();
    const side = (index: 0 | 1) => ({
      counts: labels.map((label) => counts.get(label)?.[index] ?? 0),
      missing: missing[index] as number,
    });
    return compareCategories(
      { name: column.name, type: 'string' },
      { labels, reference: side(0), current: side(1) },
      settings,
    );
  });
  return judgeColumns(comparisons, settings);
}
