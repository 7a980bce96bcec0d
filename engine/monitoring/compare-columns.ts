import type { ColumnDrift, DriftSettings } from '../../local-api/contract/index.ts';
import type { DuckDb } from '../duckdb/index.ts';
import { FEWEST_FOR_ID, tooFew } from './compare-numbers.ts';
import { startComparing } from './comparing-threads.ts';
import { type Comparison, compareCategories } from './comparison.ts';
import type { DriftPlan, PlannedColumn } from './drift-plan.ts';
import {
  differentShare,
  type ReadValues,
  readCategories,
  readValues,
  type WindowFile,
} from './read-windows.ts';
import { total } from './statistics/chi-squared.ts';
import { judgeColumns } from './verdict.ts';

/** Which columns are compared, and how each is measured and judged. */
export type ColumnSettings = DriftSettings & { plan: DriftPlan };

export type WindowPair = { reference: WindowFile; current: WindowFile };

/** Values of both windows held at once while columns are read together. */
const VALUES_AT_ONCE = 2_000_000;
const MOST_COLUMNS_AT_ONCE = 8;
/** From so many values a side on, threads save more than their start costs (some 60 ms). */
const WORTH_THREADS = 400_000;
const THREADS = 2;

/**
 * The columns of two windows with their verdicts, in the order of the plan, and those that could not be compared. Cost: one
 * scan of each side, and sorting of the numbers: with the reading 0.18 s of one core a column at a million rows a side,
 * shared by two threads.
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
  const numbers = plan.columns.filter((column) => column.kind === 'number');
  const most = Math.max(reference.rows, current.rows);
  const batch = Math.max(1, Math.min(MOST_COLUMNS_AT_ONCE, Math.floor(VALUES_AT_ONCE / most)));
  const threads = startComparing(numbers.length * most >= WORTH_THREADS ? THREADS : 0);
  try {
    const spare: ArrayBuffer[] = [];
    let underWay: Promise<void>[] = [];
    for (let first = 0; first < numbers.length; first += batch) {
      const part = numbers.slice(first, first + batch);
      const before = await readValues(db, reference, part, spare);
      const after = await readValues(db, current, part, spare);
      // The next columns are read while these are compared, and no further: memory stays that of two batches.
      await Promise.all(underWay);
      underWay = part.map(async (column, index) => {
        const pair = { reference: before[index] as ReadValues, current: after[index] as ReadValues };
        const { outcome, buffers } = await threads.compare({ column, settings, ...pair });
        spare.push(...buffers);
        onColumn(done++, column.name);
        if ('reason' in outcome) compared.skipped.push({ name: column.name, reason: outcome.reason });
        else compared.comparisons.push(outcome);
      });
    }
    await Promise.all(underWay);
  } finally {
    await threads.stop();
  }
  for (const column of plan.columns.filter((candidate) => candidate.kind === 'category')) {
    if (!column.isNamed && (await isSurelyText(db, column, { reference, current }))) {
      onColumn(done++, column.name);
      compared.skipped.push({ name: column.name, reason: FREE_TEXT });
      continue;
    }
    const { windows, distinct } = await readCategories(db, reference, current, column.name);
    const counts = { reference: total(windows.reference.counts), current: total(windows.current.counts) };
    const reason = whySkipCategories(column, counts, distinct);
    onColumn(done++, column.name);
    if (reason === null) compared.comparisons.push(compareCategories(column, windows, settings));
    else compared.skipped.push({ name: column.name, reason });
  }
  return compared;
}

const FREE_TEXT =
  'almost every value is different: an id or free text; name the column to compare it all the same';
/** Clearly above the half from which on a column is left out. */
const SURELY = 0.55;

/** Whether so many texts differ that counting each of them, which takes much memory and time, would be for nothing. */
async function isSurelyText(
  db: DuckDb,
  { name, type }: PlannedColumn,
  { reference, current }: WindowPair,
): Promise<boolean> {
  if (type !== 'string') return false;
  for (const window of [reference, current]) {
    const share = await differentShare(db, window, name);
    if (share !== null && share > SURELY) return true;
  }
  return false;
}

type Pair = { reference: number; current: number };

function whySkipCategories(column: PlannedColumn, counts: Pair, distinct: Pair): string | null {
  const few = tooFew(counts.reference, counts.current);
  if (few !== null || column.isNamed) return few;
  const mostlyUnique = (count: number, different: number) => count >= FEWEST_FOR_ID && different > count / 2;
  return mostlyUnique(counts.reference, distinct.reference) || mostlyUnique(counts.current, distinct.current)
    ? FREE_TEXT
    : null;
}
