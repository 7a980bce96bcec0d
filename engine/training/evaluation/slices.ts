import type { Evaluation, SliceFigures } from '../../../local-api/contract/index.ts';
import { columnNamed, type TrainingTable } from '../table.ts';
import { type ColumnPart, partsOf } from './column-parts.ts';
import { figuresOf } from './figures.ts';
import type { IntervalOptions } from './metric-intervals.ts';
import { pickRows, type ScoredRows } from './scored-rows.ts';

/** Values of a column beyond the most frequent ones are told together. */
const MOST_SLICES = 25;
/** Of the bootstrap in each slice. */
const MOST_RESAMPLES = 300;

export type SliceOptions = IntervalOptions & {
  table: TrainingTable;
  /** The rows of the table that were scored, in the order of `scored`. */
  rows: Int32Array;
  scored: ScoredRows;
  /** Of the scored rows; null: all the same. */
  weights: Float64Array | null;
  /** Fewer rows are small. */
  smallGroup: number;
};

/** The figures by the values of some columns, the largest slice first; small ones without drawn intervals. */
export async function sliceFigures(
  columns: readonly string[],
  options: SliceOptions,
): Promise<NonNullable<Evaluation['slices']>> {
  const found: NonNullable<Evaluation['slices']> = [];
  for (const column of columns) {
    const slices: SliceFigures[] = [];
    for (const { name, rows } of groupsOf(column, options)) {
      const isSmall = rows.length < options.smallGroup;
      const { metrics, intervals } = await figuresOf(
        pickRows(options.scored, rows),
        options.weights === null ? null : Float64Array.from(rows, (row) => options.weights?.[row] as number),
        { ...options, resamples: isSmall ? 0 : Math.min(options.resamples, MOST_RESAMPLES) },
      );
      slices.push({ name, rows: rows.length, isSmall, metrics, intervals });
    }
    found.push({ column, slices });
  }
  return found;
}

/** Places among the scored rows by the values of a column, the most frequent ones first. */
export function groupsOf(name: string, { table, rows }: Pick<SliceOptions, 'table' | 'rows'>): ColumnPart[] {
  const column = columnNamed(table, name);
  if (column === undefined) throw new RangeError(`the table has no column "${name}"`);
  const places = new Map(Array.from(rows, (row, place) => [row, place]));
  const parts = partsOf(column, rows)
    .map((part) => ({ ...part, rows: part.rows.map((row) => places.get(row) as number) }))
    .sort((a, b) => b.rows.length - a.rows.length || (a.name < b.name ? -1 : 1));
  if (parts.length <= MOST_SLICES) return parts;
  const others = parts.slice(MOST_SLICES - 1);
  const rest = { name: `${others.length} other values`, rows: others.flatMap((part) => part.rows) };
  return [...parts.slice(0, MOST_SLICES - 1), rest];
}
