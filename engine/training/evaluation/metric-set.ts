/**
 * Metrics as functions of how much each row counts: all once, those of a slice, or as often as a resample drew them. What
 * does not hang on that (losses a row, the order by score) is worked out once.
 */
export type MetricSet = {
  names: readonly string[];
  /** A value a name; NaN where the metric is not defined on these rows. */
  measure(weights: Float64Array): Float64Array;
};

/** All rows once. */
export function evenWeights(rows: number): Float64Array {
  return new Float64Array(rows).fill(1);
}

/** The metrics that are defined, by name. */
export function metricsOf(set: MetricSet, weights: Float64Array): Record<string, number> {
  const values = set.measure(weights);
  return Object.fromEntries(
    set.names.flatMap((name, i) => (Number.isFinite(values[i]) ? [[name, values[i] as number]] : [])),
  );
}
