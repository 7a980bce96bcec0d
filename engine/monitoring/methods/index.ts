import { type DriftMethod, driftMethods } from '../../../local-api/contract/drift-methods.ts';
import type { DriftResult } from '../../../local-api/contract/index.ts';
import { labelMethods } from './label-methods.ts';
import type { MethodRun, Outcome } from './method.ts';
import { numberMethods } from './number-methods.ts';
import { shareMethods } from './share-methods.ts';
import type { CountPair, NumberPair } from './windows.ts';

const runs: ReadonlyMap<DriftMethod, MethodRun> = new Map(
  [...numberMethods, ...shareMethods, ...labelMethods].map((run) => [run.id, run]),
);

/** Two windows of a column; of numbers of few values also as labels. */
export type ColumnWindows = { numbers: NumberPair | null; counts: CountPair | null };

/**
 * What a method finds about a column. Numbers are compared as numbers where the method can, else by their values as labels.
 * The cost is that of the method.
 */
export function runMethod(method: DriftMethod, { numbers, counts }: ColumnWindows): Outcome {
  const run = runs.get(method);
  if (numbers !== null && run?.ofNumbers !== undefined) return run.ofNumbers(numbers);
  if (counts !== null && run?.ofCounts !== undefined) return run.ofCounts(counts);
  return { reason: numbers === null ? 'it is made for numbers' : 'the column has too many different values' };
}

/** A finding held against the threshold of its method, the way that method alarms. */
export function judge(
  method: DriftMethod,
  { score, pValue }: { score: number; pValue: number | null },
  threshold: number,
): DriftResult {
  const { alert, isInclusive } = driftMethods[method];
  const figure = alert === 'p-value' ? (pValue ?? 1) : score;
  const isBeyond = alert === 'p-value' ? figure < threshold : figure > threshold;
  return { method, score, pValue, threshold, drifted: isBeyond || (isInclusive && figure === threshold) };
}

export type { Outcome } from './method.ts';
export { type CountPair, countsOfValues, type NumberPair, numberPair } from './windows.ts';
