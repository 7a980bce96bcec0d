import { standardisedAndersonDarling, tabledPValue } from '../statistics/anderson-darling.ts';
import { cramerVonMises } from '../statistics/cramer-von-mises.ts';
import { eppsSingleton } from '../statistics/epps-singleton.ts';
import { kolmogorovSmirnovPValue } from '../statistics/kolmogorov-smirnov.ts';
import { mannWhitney } from '../statistics/mann-whitney.ts';
import { maximumMeanDiscrepancy } from '../statistics/maximum-mean-discrepancy.ts';
import { studentTest, welchTest } from '../statistics/mean-tests.ts';
import { inReferenceDeviations } from '../statistics/wasserstein.ts';
import { distance, type MethodRun, tested } from './method.ts';

const NOTHING_VARIES = { reason: 'no value differs from another' };

/** Methods that compare numbers as numbers, without bins. */
export const numberMethods: readonly MethodRun[] = [
  {
    id: 'ks',
    ofNumbers: ({ reference, current, gaps }) => {
      const { largest } = gaps();
      return { score: largest, pValue: kolmogorovSmirnovPValue(reference.size, current.size, largest) };
    },
  },
  {
    id: 'anderson-darling',
    ofNumbers: ({ reference, current, gaps }) => {
      const { andersonDarling, distinct } = gaps();
      if (distinct < 2) return NOTHING_VARIES;
      const score = standardisedAndersonDarling(andersonDarling, reference.size, current.size);
      return { score, pValue: tabledPValue(score) };
    },
  },
  {
    id: 'cramer-von-mises',
    ofNumbers: ({ reference, current, gaps }) =>
      tested(cramerVonMises(gaps().rankGaps, reference.size, current.size)),
  },
  {
    id: 'mann-whitney',
    ofNumbers: ({ reference, current, gaps }) => {
      const { statistic, twoSided } = mannWhitney(gaps(), reference.size, current.size);
      return { score: statistic, pValue: twoSided };
    },
  },
  {
    id: 'mann-whitney-less',
    ofNumbers: ({ reference, current, gaps }) => {
      const { statistic, less } = mannWhitney(gaps(), reference.size, current.size);
      return { score: statistic, pValue: less };
    },
  },
  {
    id: 't-test',
    ofNumbers: ({ moments }) => {
      const { reference, current } = moments();
      const test = studentTest(reference, current);
      return test === null ? NOTHING_VARIES : tested(test);
    },
  },
  {
    id: 'welch',
    ofNumbers: ({ moments }) => {
      const { reference, current } = moments();
      const test = welchTest(reference, current);
      return test === null ? NOTHING_VARIES : tested(test);
    },
  },
  {
    id: 'epps-singleton',
    ofNumbers: ({ reference, current }) => {
      const test = eppsSingleton(reference, current);
      return test === null ? { reason: 'the middle half of all values is one value' } : tested(test);
    },
  },
  {
    id: 'wasserstein',
    ofNumbers: ({ moments, gaps }) =>
      distance(inReferenceDeviations(gaps().area, Math.sqrt(moments().reference.variance))),
  },
  { id: 'wasserstein-raw', ofNumbers: ({ gaps }) => distance(gaps().area) },
  { id: 'energy', ofNumbers: ({ gaps }) => distance(Math.sqrt(2 * gaps().squaredArea)) },
  { id: 'mmd', ofNumbers: ({ reference, current }) => tested(maximumMeanDiscrepancy(reference, current)) },
];
