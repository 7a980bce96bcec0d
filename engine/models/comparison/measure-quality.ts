import { setImmediate } from 'node:timers/promises';
import { type ComparedMetric, type MetricOfVersion, RowMetric } from '../../../local-api/contract/index.ts';
import { drawMetrics, type MetricDraws, pairedDifference } from '../gates/paired-bootstrap.ts';
import {
  isHigherBetter,
  type ScoredRows,
  type WeightedMetric,
  weightedMetric,
} from '../gates/row-metrics.ts';

export type ScoredVersion = { version: string; rows: ScoredRows };

/**
 * Every metric of the task for versions that were scored on the same rows. Differences are from the first version, and who
 * stands best is told apart from those that the rows do not show to be behind, both by a paired bootstrap on common draws.
 *
 * Cost: 2,000 × every metric over all rows and versions; other messages get a turn after each metric.
 */
export async function compareMetrics(
  scored: readonly ScoredVersion[],
  confidence: number,
  signal: AbortSignal,
  onMetric: (metric: RowMetric) => void,
): Promise<ComparedMetric[]> {
  const compared: ComparedMetric[] = [];
  for (const metric of RowMetric.options) {
    const measures = scored.flatMap(({ rows }): WeightedMetric[] => {
      const measure = weightedMetric(metric, rows);
      return measure === null ? [] : [measure];
    });
    if (measures.length < scored.length || scored.length === 0) continue;
    onMetric(metric);
    await setImmediate();
    const draws = drawMetrics(measures, scored[0]?.rows.truth.length ?? 0, signal);
    const names = scored.map(({ version }) => version);
    compared.push(rank(metric, names, draws, confidence));
  }
  return compared;
}

function rank(
  metric: RowMetric,
  names: readonly string[],
  draws: MetricDraws,
  confidence: number,
): ComparedMetric {
  const sign = isHigherBetter[metric] ? 1 : -1;
  const defined = draws.values.flatMap((value, i) => (Number.isNaN(value) ? [] : [{ value, i }]));
  const best = defined.sort((a, b) => sign * (b.value - a.value))[0]?.i ?? null;
  const difference = (of: number): MetricOfVersion['difference'] => {
    const found = of === 0 ? null : pairedDifference(draws, 0, of, confidence);
    if (found === null) return null;
    const { low, high } = found;
    const shown = low > 0 || high < 0 ? (sign * low > 0 ? 'better' : 'worse') : 'neither';
    return { value: found.difference, low, high, shown };
  };
  const standing = (of: number): MetricOfVersion['standing'] => {
    // One alone is no winner.
    if (best === null || defined.length < 2) return null;
    if (of === best) return 'best';
    const found = pairedDifference(draws, best, of, confidence);
    if (found === null) return null;
    return found.low > 0 || found.high < 0 ? 'behind' : 'not-apart';
  };
  return {
    metric,
    higherIsBetter: isHigherBetter[metric],
    versions: names.map((version, i) => {
      const value = draws.values[i] ?? Number.NaN;
      return {
        version,
        value: Number.isNaN(value) ? null : value,
        standing: Number.isNaN(value) ? null : standing(i),
        difference: difference(i),
      };
    }),
  };
}
