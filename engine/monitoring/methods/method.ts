import type { DriftMethod } from '../../../local-api/contract/index.ts';
import type { CountPair, NumberPair } from './windows.ts';

/** What a method finds, or why it can not be computed of these values. */
export type Outcome = { score: number; pValue: number | null } | { reason: string };

/** How a method is computed; what it is and when it alarms is told by `driftMethods` of the contract. */
export type MethodRun = {
  id: DriftMethod;
  ofNumbers?: (pair: NumberPair) => Outcome;
  ofCounts?: (pair: CountPair) => Outcome;
};

export function tested({ statistic, pValue }: { statistic: number; pValue: number }): Outcome {
  return { score: statistic, pValue };
}

export function distance(score: number): Outcome {
  return { score, pValue: null };
}
