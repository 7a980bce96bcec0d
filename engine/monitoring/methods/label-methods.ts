import {
  chiSquaredOneSample,
  fisherExact,
  gTestContingency,
  gTestOneSample,
  permutedTotalVariation,
  type TwoByTwo,
  zTest,
} from '../statistics/category-tests.ts';
import { chiSquaredContingency, poolRare, total } from '../statistics/chi-squared.ts';
import { type MethodRun, type Outcome, tested } from './method.ts';
import type { CountPair } from './windows.ts';

/** Tests of whether labels have the same shares in both windows. */
export const labelMethods: readonly MethodRun[] = [
  {
    id: 'chi2',
    ofCounts: (pair) => {
      const { reference, current } = poolRare(pair.reference, pair.current);
      return tested(chiSquaredContingency(reference, current));
    },
  },
  {
    id: 'chi2-one-sample',
    ofCounts: ({ reference, current }) => bounded(chiSquaredOneSample(reference, current)),
  },
  { id: 'g-test', ofCounts: ({ reference, current }) => tested(gTestContingency(reference, current)) },
  {
    id: 'g-test-one-sample',
    ofCounts: ({ reference, current }) => bounded(gTestOneSample(reference, current, true)),
  },
  {
    id: 'g-test-unscaled',
    ofCounts: ({ reference, current }) => bounded(gTestOneSample(reference, current, false)),
  },
  { id: 'tvd', ofCounts: ({ reference, current }) => tested(permutedTotalVariation(reference, current)) },
  { id: 'z-test', ofCounts: (pair) => ofTwo(pair, (table) => tested(zTest(table))) },
  { id: 'fisher', ofCounts: (pair) => ofTwo(pair, (table) => bounded(fisherExact(table))) },
];

/** A label that one window lacks makes some statistics infinite, which JSON can not hold. */
function bounded({ statistic, pValue }: { statistic: number; pValue: number }): Outcome {
  const score = Number.isFinite(statistic) ? statistic : Number.MAX_VALUE;
  return { score, pValue };
}

function ofTwo(pair: CountPair, test: (table: TwoByTwo) => Outcome): Outcome {
  const used = pair.labels
    .map((label, index) => ({ label, a: pair.reference[index] ?? 0, b: pair.current[index] ?? 0 }))
    .filter(({ a, b }) => a + b > 0);
  if (used.length > 2) return { reason: `it has ${used.length} different values, not two` };
  const second = used.length === 2 ? used[1] : used[0];
  return test({
    reference: second?.a ?? 0,
    current: second?.b ?? 0,
    m: total(pair.reference),
    n: total(pair.current),
  });
}
