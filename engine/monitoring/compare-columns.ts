import type { ColumnDrift, DriftSettings } from '../../local-api/contract/index.ts';
import type { DuckDb } from '../duckdb/index.ts';
import { type Comparison, compareCategories, compareNumbers, type NumberWindow } from './comparison.ts';
import type { DriftPlan, PlannedColumn } from './drift-plan.ts';
import { readCategories, readNumbers, type WindowFile } from './read-windows.ts';
import { judgeColumns } from './verdict.ts';

/** Which columns are compared, and how each is measured and judged. */
export type ColumnSettings = DriftSettings & { plan: DriftPlan };

export type WindowPair = { reference: WindowFile; current: WindowFile };

/** Values of both windows held at once while columns are read together. */
const VALUES_AT_ONCE = 4_000_000;
const MOST_COLUMNS_AT_ONCE = 8;
const FEWEST_VALUES = 5;
/** Fewer values can all differ by chance. */
const FEWEST_FOR_ID = 50;

/**
 * The columns of two windows with their verdicts, in the order of the plan, and those that could not be compared. Cost: one
 * scan of each side, and sorting of the numbers: about 0.25 s a column at a million rows a side.
 */
export async function compareColumns(
  db: DuckDb,
  windows: WindowPair,
  settings: ColumnSettings,
  onColumn: (done: number, name: string) => void,
): Promise<{ columns: ColumnDrift[]; skipped: { name: string; reason: string }[] }> {
  const { plan } = settings;
  const { comparisons, skipped } = await compareAll(db, settings, windows, onColumn);
  const order = new Map(plan.columns.map(({ name }, index) => [name, index]));
  comparisons.sort((a, b) => (order.get(a.name) ?? 0) - (order.get(b.name) ?? 0));
  return {
    columns: judgeColumns(comparisons, settings),
    skipped: [...plan.skipped, ...skipped],
  };
}

type Compared = { comparisons: Comparison[]; skipped: { name: string; reason: string }[] };

async function compareAll(
  db: DuckDb,
  settings: ColumnSettings,
  { reference, current }: WindowPair,
  onColumn: (done: number, name: string) => void,
): Promise<Compared> {
  const { plan } = settings;
  const compared: Compared = { comparisons: [], skipped: [] };
  let done = 0;
  const take = (column: PlannedColumn, reason: string | null, compare: () => Comparison) => {
    onColumn(done++, column.name);
    if (reason === null) compared.comparisons.push(compare());
    else compared.skipped.push({ name: column.name, reason });
  };
  const numbers = plan.columns.filter((column) => column.kind === 'number');
  const batch = Math.max(
    1,
    Math.min(MOST_COLUMNS_AT_ONCE, Math.floor(VALUES_AT_ONCE / Math.max(reference.rows, current.rows))),
  );
  for (let first = 0; first < numbers.length; first += batch) {
    const part = numbers.slice(first, first + batch);
    const before = await readNumbers(db, reference, part);
    const after = await readNumbers(db, current, part);
    for (const [index, column] of part.entries()) {
      const x = before[index] as NumberWindow;
      const y = after[index] as NumberWindow;
      take(column, whySkipNumbers(column, x, y), () => compareNumbers(column, x, y, settings));
      // Lets a cancel through between columns.
      await new Promise(setImmediate);
    }
  }
  for (const column of plan.columns.filter((candidate) => candidate.kind === 'category')) {
    const { windows, distinct } = await readCategories(db, reference, current, column.name);
    const counts = {
      reference: reference.rows - windows.reference.missing,
      current: current.rows - windows.current.missing,
    };
    const reason = whySkipCategories(column, counts, distinct);
    take(column, reason, () => compareCategories(column, windows, settings));
  }
  return compared;
}

function whySkipNumbers(column: PlannedColumn, x: NumberWindow, y: NumberWindow): string | null {
  const few = tooFew(x.sample.size, y.sample.size);
  if (few !== null || column.isNamed || column.type !== 'integer') return few;
  return looksLikeId(column.name, x) && looksLikeId(column.name, y)
    ? 'looks like an id: every value is different; name the column to compare it all the same'
    : null;
}

/** Whole numbers that never repeat and follow each other closely, or are named so. */
function looksLikeId(name: string, { sample }: NumberWindow): boolean {
  const { values, size } = sample;
  if (size < FEWEST_FOR_ID || values.length < size) return false;
  const range = (values.at(-1) ?? 0) - (values[0] ?? 0);
  return range < 3 * size || /(^|[^a-z])id$|Id$|^index$|^row(_?number)?$/.test(name);
}

type Pair = { reference: number; current: number };

function whySkipCategories(column: PlannedColumn, counts: Pair, distinct: Pair): string | null {
  const few = tooFew(counts.reference, counts.current);
  if (few !== null || column.isNamed) return few;
  const mostlyUnique = (count: number, different: number) => count >= FEWEST_FOR_ID && different > count / 2;
  return mostlyUnique(counts.reference, distinct.reference) || mostlyUnique(counts.current, distinct.current)
    ? 'almost every value is different: an id or free text; name the column to compare it all the same'
    : null;
}

function tooFew(reference: number, current: number): string | null {
  if (reference < FEWEST_VALUES) return `only ${reference} values in the reference`;
  if (current < FEWEST_VALUES) return `only ${current} values in the current data`;
  return null;
}
