/**
 * Metrics as functions of how much each row counts: all once, those of a slice, or as often as a resample drew them. What
 * does not hang on that (losses a row, the order by score) is worked out once.
 */
export type MetricSet = {
  names: readonly string[];
  /** A value a name; NaN where the metric is not defined on these rows. */
  measure(weights: Float64Array): Float64Array;
};

/** Metrics that are measured together. What `prepare` works out is only needed where one of them is wanted. */
export type MetricPart = {
  names: readonly string[];
  /** A value a name. */
  prepare(): (weights: Float64Array) => Iterable<number>;
};

/** The metrics of some parts; only of those parts that have the wanted one, where one is named. */
export function metricSet(parts: readonly MetricPart[], wanted?: string): MetricSet {
  const kept = wanted === undefined ? parts : parts.filter(({ names }) => names.includes(wanted));
  const measures = kept.map((part) => part.prepare());
  return {
    names: kept.flatMap(({ names }) => names),
    measure: (weights) => Float64Array.of(...measures.flatMap((measure) => [...measure(weights)])),
  };
}

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
