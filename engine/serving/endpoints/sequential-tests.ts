import type { EndpointRoute, SequentialResult } from '../../../local-api/contract/index.ts';
import { type SampleSummary, samplesNeeded, sequentialTest } from '../../statistics/index.ts';
import { lossOfArm, type OutcomeRow, type QualityRow } from './ground-truth.ts';

/**
 * Every arm of an A/B route against the first, by loss or outcome as the route says; with several, each gets its share of
 * `alpha` (Bonferroni). Empty for other routes.
 */
export function testsOf(
  route: EndpointRoute,
  quality: readonly QualityRow[],
  outcomes: readonly OutcomeRow[],
): SequentialResult[] {
  if (route.kind !== 'ab') return [];
  const [first, ...others] = route.arms;
  if (first === undefined) return [];
  const { measure, goal, minEffect } = route.test;
  const alpha = route.test.alpha / others.length;
  const summary = (arm: string): SampleSummary => {
    if (measure === 'outcome')
      return outcomes.find((row) => row.arm === arm) ?? { count: 0, mean: 0, variance: 0 };
    const { truths, loss, variance } = lossOfArm(quality, arm);
    return { count: truths, mean: loss, variance };
  };
  const base = summary(first.name);
  return others.map(({ name }) => {
    const own = summary(name);
    const options = { effect: minEffect, alpha };
    const { difference, interval, pValue } = sequentialTest(base, own, options);
    const deviation = Math.sqrt((base.variance + own.variance) / 2);
    const isSignificant = pValue <= alpha;
    const isBetter = measure === 'outcome' && goal === 'higher' ? difference > 0 : difference < 0;
    return {
      measure,
      arm: name,
      against: first.name,
      difference,
      low: interval?.low ?? null,
      high: interval?.high ?? null,
      pValue: Math.min(1, pValue * others.length),
      isSignificant,
      verdict: !isSignificant ? 'undecided' : isBetter ? 'better' : 'worse',
      neededPerArm: deviation > 0 ? samplesNeeded(deviation, options) : null,
    };
  });
}
