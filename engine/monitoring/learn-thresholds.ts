import type { DuckDb } from '../duckdb/index.ts';
import type { TableColumn } from '../training/index.ts';
import type { PlannedColumn } from './drift-plan.ts';
import { numberPair, runMethod } from './methods/index.ts';
import { sampleOf } from './statistics/sample.ts';
import { readFrame } from './windows/frame.ts';

export type LearntThresholds = {
  byColumn: Record<string, number>;
  /** Parts of the reference that they were learnt from. */
  parts: number;
};

const PARTS = 10;
/** NannyML warns of fewer. */
const FEWEST_PARTS = 6;
const DEVIATIONS = 3;
/** More rows than this are looked at in part. */
const MOST_ROWS = 500_000;
/** A column that never changes has a distance of 0 in all parts: 0 itself is no alarm. */
const LEAST = 1e-9;

/**
 * Thresholds as NannyML learns them: the mean of the distances (Jensen–Shannon, base 2) between parts of the reference and the whole of
 * it, and three standard deviations (population). Parts have as many rows as the current window where the reference has at least
 * six of them, as `chunk_size` does; else it is cut into ten, as it is by default. Rows count in their order.
 * Cost: one scan a column; memory 8 bytes a row.
 */
export async function learnThresholds(
  db: DuckDb,
  reference: { files: readonly string[]; rows: number },
  currentRows: number,
  columns: readonly PlannedColumn[],
): Promise<LearntThresholds> {
  const bounds = partsOf(Math.min(reference.rows, MOST_ROWS), currentRows);
  const byColumn: Record<string, number> = {};
  for (const { name, type, kind } of columns) {
    const role =
      kind === 'category' ? 'category' : type === 'datetime' || type === 'date' ? 'datetime' : 'number';
    const wanted = [{ name, type, nullable: true, role } as const];
    const frame = await readFrame(db, reference, wanted, { limit: MOST_ROWS, seed: 0 });
    const [column] = frame.columns;
    if (column === undefined) continue;
    const threshold = thresholdOf(column, bounds);
    if (threshold !== null) byColumn[name] = threshold;
  }
  return { byColumn, parts: bounds.length };
}

/** Where the parts of a reference begin and end. */
export function partsOf(rows: number, currentRows: number): { from: number; to: number }[] {
  if (Math.ceil(rows / currentRows) >= FEWEST_PARTS) {
    return Array.from({ length: Math.ceil(rows / currentRows) }, (_, part) => ({
      from: part * currentRows,
      to: Math.min(rows, (part + 1) * currentRows),
    }));
  }
  // As NannyML: ten of equal size, and what is left over.
  const size = Math.max(1, Math.floor(rows / PARTS));
  return Array.from({ length: Math.ceil(rows / size) }, (_, part) => ({
    from: part * size,
    to: Math.min(rows, (part + 1) * size),
  }));
}

function thresholdOf(column: TableColumn, bounds: readonly { from: number; to: number }[]): number | null {
  const distanceOf = column.role === 'category' ? labelDistance(column) : numberDistance(column);
  const values = bounds.flatMap(({ from, to }) => distanceOf(from, to) ?? []);
  if (values.length === 0) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return Math.max(LEAST, mean + DEVIATIONS * Math.sqrt(variance));
}

type DistanceOf = (from: number, to: number) => number | null;

function numberDistance({ values }: Extract<TableColumn, { values: Float64Array }>): DistanceOf {
  const known = (from: number, to: number) => sampleOf(values.slice(from, to).filter(Number.isFinite));
  const whole = known(0, values.length);
  return (from, to) => {
    const part = known(from, to);
    if (part.size === 0) return null;
    const numbers = numberPair(whole, part);
    const outcome = runMethod('nannyml-js', { numbers, counts: null });
    return 'reason' in outcome ? null : outcome.score;
  };
}

function labelDistance({ codes, categories }: Extract<TableColumn, { role: 'category' }>): DistanceOf {
  const counted = (from: number, to: number): number[] => {
    const counts = new Array<number>(categories.length).fill(0);
    for (const code of codes.subarray(from, to)) if (code >= 0) counts[code] = (counts[code] as number) + 1;
    return counts;
  };
  const reference = counted(0, codes.length);
  return (from, to) => {
    const current = counted(from, to);
    if (current.every((count) => count === 0)) return null;
    const counts = { labels: categories, reference, current };
    const outcome = runMethod('nannyml-js', { numbers: null, counts });
    return 'reason' in outcome ? null : outcome.score;
  };
}
