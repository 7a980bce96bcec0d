import type { FoldReport, FoldSummary } from '../../../local-api/contract/index.ts';
import { meanOf, sampleVariance, studentQuantile } from '../../statistics/index.ts';

const CONFIDENCE = 0.95;

export const intervalMethod =
  'Student’s t with the variance corrected for overlapping training rows, s²·(1/J + held/training) for J folds (Nadeau and Bengio 2003).';

/**
 * Each metric that every fold has: mean, standard deviation, and the corrected resampled standard error and interval (Nadeau and
 * Bengio 2003), which allows for folds learning from the same rows. Metrics that some fold lacks (AUC of one class) are
 * left out.
 */
export function summariseFolds(
  folds: readonly Pick<FoldReport, 'metrics' | 'rows'>[],
): Record<string, FoldSummary> {
  const overlap = meanOf(folds.map(({ rows }) => rows.held / (rows.training + rows.stopping)));
  const keys = Object.keys(folds[0]?.metrics ?? {}).filter((key) =>
    folds.every(({ metrics }) => metrics[key] !== undefined),
  );
  return Object.fromEntries(
    keys.map((key) => [
      key,
      summaryOf(
        folds.map(({ metrics }) => metrics[key] ?? 0),
        overlap,
      ),
    ]),
  );
}

function summaryOf(values: readonly number[], overlap: number): FoldSummary {
  const mean = meanOf(values);
  if (values.length < 2) return { mean, sd: null, se: null, low: null, high: null };
  const variance = sampleVariance(values);
  const se = Math.sqrt((1 / values.length + overlap) * variance);
  const reach = studentQuantile((1 + CONFIDENCE) / 2, values.length - 1) * se;
  return { mean, sd: Math.sqrt(variance), se, low: mean - reach, high: mean + reach };
}
