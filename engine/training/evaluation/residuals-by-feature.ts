import type { RegressionEvaluation } from '../../../local-api/contract/index.ts';
import { meanInterval } from '../../statistics/index.ts';
import type { TrainingTable } from '../table.ts';
import { groupsOf } from './slices.ts';

const MOST_FEATURES = 12;

/**
 * Mean residual by the values of each feature, with Student's intervals, for the twelve features whose values tell most of the
 * residuals: a mean off 0 is something that the model has not learnt. O(rows · features · log rows).
 */
export function residualsByFeature(
  table: TrainingTable,
  rows: Int32Array,
  residuals: Float64Array,
  confidence: number,
): NonNullable<RegressionEvaluation['residualsByFeature']> {
  const mean = residuals.reduce((sum, value) => sum + value, 0) / residuals.length;
  const spread = residuals.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  if (!(spread > 0)) return [];
  return table.columns
    .map(({ name }) => {
      const parts = groupsOf(name, { table, rows });
      let between = 0;
      const groups = parts.map((part) => {
        const values = Float64Array.from(part.rows, (place) => residuals[place] as number);
        const own = values.reduce((sum, value) => sum + value, 0) / values.length;
        between += values.length * (own - mean) ** 2;
        const bounds = values.length > 1 ? meanInterval(values, confidence) : { low: own, high: own };
        return { name: part.name, rows: values.length, mean: own, low: bounds.low, high: bounds.high };
      });
      return { column: name, share: between / spread, groups };
    })
    .sort((a, b) => b.share - a.share)
    .slice(0, MOST_FEATURES);
}
