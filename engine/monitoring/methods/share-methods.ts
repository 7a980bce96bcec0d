import type { DriftMethod } from '../../../local-api/contract/index.ts';
import { distinctPair } from '../statistics/binning.ts';
import { jensenShannonDistance } from '../statistics/jensen-shannon.ts';
import { populationStabilityIndex } from '../statistics/population-stability-index.ts';
import { hellingerDistance, kullbackLeibler, largestShareChange } from '../statistics/shares.ts';
import { distance, type MethodRun } from './method.ts';

type Distance = (reference: ArrayLike<number>, current: ArrayLike<number>) => number;

const baseTwo: Distance = (reference, current) =>
  jensenShannonDistance(reference, current) / Math.sqrt(Math.LN2);

/** Distances between shares: of labels, or of bins of numbers. */
export const shareMethods: readonly MethodRun[] = [
  overBins('psi', populationStabilityIndex),
  overBins('kl', kullbackLeibler),
  overBins('js', jensenShannonDistance),
  overBins('js-base2', baseTwo),
  {
    id: 'hellinger',
    ofNumbers: ({ reference, current, gaps }) => {
      const bins = distinctPair(reference, current, gaps().distinct);
      return distance(hellingerDistance(bins.reference, bins.current));
    },
    ofCounts: ({ reference, current }) => distance(hellingerDistance(reference, current)),
  },
  overDoane('nannyml-js', baseTwo),
  overDoane('nannyml-hellinger', hellingerDistance),
  {
    id: 'l-infinity',
    ofCounts: ({ reference, current }) => distance(largestShareChange(reference, current)),
  },
];

function overBins(id: DriftMethod, measure: Distance): MethodRun {
  return {
    id,
    ofNumbers: ({ bins }) => distance(measure(bins().reference, bins().current)),
    ofCounts: ({ reference, current }) => distance(measure(reference, current)),
  };
}

function overDoane(id: DriftMethod, measure: Distance): MethodRun {
  return {
    id,
    ofNumbers: ({ doane }) => distance(measure(doane().reference, doane().current)),
    ofCounts: ({ reference, current }) => distance(measure(reference, current)),
  };
}
