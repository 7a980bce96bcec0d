/** Pure numbers: distributions, tests, and a forest. Knows no runs, no store and no columns. */
export { accelerationOf, bcaInterval } from './bca.ts';
export { evenBinomialPValue, incompleteBeta } from './beta.ts';
export { bootstrapMeanInterval } from './bootstrap.ts';
export {
  contingencyOf,
  correlationRatio,
  cramersV,
  uncertaintyCoefficient,
} from './categories.ts';
export { countOutliers, meanOf, medianOf, sampleVariance } from './describe.ts';
export { logGamma, upperIncompleteGamma } from './gamma.ts';
export {
  type Bins,
  edgesOf,
  numberBins,
  timeBins,
} from './histogram-bins.ts';
export { holm } from './holm.ts';
export { normalQuantile, normalSurvival } from './normal.ts';
export { mannWhitneyTest, type RankTest, signedRankTest } from './rank-tests.ts';
export { pearson, spearman } from './ranks.ts';
export { type CodedColumn, forestImportance, MOST_LEVELS } from './regression-forest.ts';
export { type SeededRandom, sampleIndices, seededRandom, shuffle } from './seeded-random.ts';
export { type SampleSummary, samplesNeeded, sequentialTest } from './sequential-test.ts';
export { studentPValue, studentQuantile } from './student.ts';
export {
  cohenOfPairs,
  detectableDifference,
  hedgesG,
  meanInterval,
  pairedTTest,
  type TTest,
  welchTTest,
} from './t-tests.ts';
export { wilsonInterval } from './wilson.ts';
