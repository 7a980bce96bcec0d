import type { MetricColumn } from './run-columns.ts';

/** What a metric comes to in each group; `minPlace` and `maxPlace` are −1 where no run has a number. */
export type MetricAggregates = {
  /** NaN included. */
  counts: Int32Array;
  numbers: Int32Array;
  means: Float64Array;
  /** Of the squares of the deviations. */
  squares: Float64Array;
  minPlaces: Int32Array;
  maxPlaces: Int32Array;
  mins: Float64Array;
  maxs: Float64Array;
  medians: Float64Array;
};

/**
 * Aggregates of a metric over groups of runs; `groups` holds the group of each run. The variance is taken around the mean in
 * a second pass, so that large values cost no digits. Cost: linear in the runs, for the values come sorted.
 */
export function aggregateMetric(
  column: MetricColumn,
  groups: Int32Array,
  groupCount: number,
): MetricAggregates {
  const { places, values, nans } = column;
  const of: MetricAggregates = {
    counts: new Int32Array(groupCount),
    numbers: new Int32Array(groupCount),
    means: new Float64Array(groupCount),
    squares: new Float64Array(groupCount),
    minPlaces: new Int32Array(groupCount).fill(-1),
    maxPlaces: new Int32Array(groupCount).fill(-1),
    mins: new Float64Array(groupCount),
    maxs: new Float64Array(groupCount),
    medians: new Float64Array(groupCount),
  };
  for (const place of nans)
    of.counts[groups[place] as number] = (of.counts[groups[place] as number] as number) + 1;
  for (let i = 0; i < values.length; i += 1) {
    const group = groups[places[i] as number] as number;
    const value = values[i] as number;
    if (of.numbers[group] === 0) {
      of.mins[group] = value;
      of.minPlaces[group] = places[i] as number;
    }
    if (of.numbers[group] === 0 || value !== of.maxs[group]) {
      of.maxs[group] = value;
      of.maxPlaces[group] = places[i] as number;
    }
    of.counts[group] = (of.counts[group] as number) + 1;
    of.numbers[group] = (of.numbers[group] as number) + 1;
    of.means[group] = (of.means[group] as number) + value;
  }
  for (let group = 0; group < groupCount; group += 1) {
    of.means[group] = (of.means[group] as number) / (of.numbers[group] as number);
  }
  const seen = new Int32Array(groupCount);
  for (let i = 0; i < values.length; i += 1) {
    const group = groups[places[i] as number] as number;
    const value = values[i] as number;
    of.squares[group] = (of.squares[group] as number) + (value - (of.means[group] as number)) ** 2;
    // The middle one of an odd number, half of each of the two middle ones of an even one.
    const last = (of.numbers[group] as number) - 1;
    const at = seen[group] as number;
    if (at === last >> 1) of.medians[group] = (of.medians[group] as number) + value / 2;
    if (at === (last + 1) >> 1) of.medians[group] = (of.medians[group] as number) + value / 2;
    seen[group] = at + 1;
  }
  return of;
}
