import type { DriftSettings } from '../../local-api/contract/index.ts';
import { type Comparison, compareNumbers } from './comparison.ts';
import type { PlannedColumn } from './drift-plan.ts';
import type { ReadValues } from './read-windows.ts';
import { finiteSample, type Sample } from './statistics/sample.ts';

/** A column of numbers as it was read. */
export type NumberTask = {
  column: PlannedColumn;
  settings: DriftSettings;
  reference: ReadValues;
  current: ReadValues;
};

/** What was measured, or why the column is left out. */
export type NumberOutcome = Comparison | { reason: string };

const FEWEST_VALUES = 5;
/** Fewer values can all differ by chance. */
export const FEWEST_FOR_ID = 50;

/** Sorts and compares what was read of a column. The values are sorted where they lie. */
export function compareRead({ column, settings, reference, current }: NumberTask): NumberOutcome {
  const [before, after] = [finiteSample(reference), finiteSample(current)];
  const few = tooFew(before.sample.size, after.sample.size);
  if (few !== null) return { reason: few };
  const isId = !column.isNamed && column.type === 'integer';
  if (isId && looksLikeId(column.name, before.sample) && looksLikeId(column.name, after.sample)) {
    return {
      reason: 'looks like an id: every value is different; name the column to compare it all the same',
    };
  }
  return compareNumbers({ name: column.name, type: column.type }, before, after, settings);
}

/** Whole numbers that never repeat and follow each other closely, or are named so. */
function looksLikeId(name: string, { values, size }: Sample): boolean {
  if (size < FEWEST_FOR_ID || values.length < size) return false;
  const range = (values.at(-1) ?? 0) - (values[0] ?? 0);
  return range < 3 * size || /(^|[^a-z])id$|Id$|^index$|^row(_?number)?$/.test(name);
}

/** Why columns with so few values are left out; null where there are enough. */
export function tooFew(reference: number, current: number): string | null {
  if (reference < FEWEST_VALUES) return `only ${reference} values in the reference`;
  if (current < FEWEST_VALUES) return `only ${current} values in the current data`;
  return null;
}
