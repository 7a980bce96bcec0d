import type { ColumnProfile } from '../../../local-api/contract/index.ts';

/** What a person should know about a column before using it, in words. `rows` includes rows where it is missing. */
export function columnWarnings(column: Omit<ColumnProfile, 'warnings'>, rows: number): string[] {
  const { count, missing, distinct, topValues } = column;
  if (count === 0) return ['empty: no row has a value'];
  const warnings: string[] = [];
  const top = topValues[0];
  const missingShare = missing / rows;
  if (missingShare > 0.5) warnings.push(`mostly missing: ${percent(missingShare)} of the rows have no value`);
  else if (missingShare > 0.05) warnings.push(`${percent(missingShare)} of the values are missing`);
  if (distinct === 1) {
    warnings.push(`constant: every value is ${JSON.stringify(top?.value ?? column.min)}`);
    return warnings;
  }
  if (top !== undefined && top.count > 0.95 * count) {
    warnings.push(
      `nearly constant: ${percent(top.count / count)} of the values are ${JSON.stringify(top.value)}`,
    );
  }
  const isDiscrete = column.type === 'string' || column.type === 'integer';
  if (isDiscrete && count >= 50 && distinct === count) warnings.push('id-like: every value is different');
  else if (column.type === 'string' && distinct > 1000 && distinct > count / 2) {
    warnings.push(`high cardinality: ${distinct} different texts in ${count} values`);
  }
  warnings.push(...shapeWarnings(column));
  return warnings;
}

/** Beyond this many times the distance from the median to the far end of the inner 98 %, a value is extreme. */
const EXTREME = 10;

function shapeWarnings(column: Omit<ColumnProfile, 'warnings'>): string[] {
  const { quantiles, mean, std } = column;
  const warnings: string[] = [];
  if (column.min === '-Infinity' || column.max === 'Infinity') {
    warnings.push('has infinite values; mean, standard deviation and quantiles leave them out');
  }
  if (quantiles === null || mean === null || std === null || std === 0) return warnings;
  const { p01, p50, p99 } = quantiles;
  // Pearson's second coefficient of skewness.
  const skewness = (3 * (mean - p50)) / std;
  if (Math.abs(skewness) > 1) warnings.push(`skewed to the ${skewness > 0 ? 'right' : 'left'}`);
  if (typeof column.max === 'number' && p99 > p50 && column.max - p50 > EXTREME * (p99 - p50)) {
    warnings.push(`extreme values: the largest is ${column.max}, 99 % are at most ${p99}`);
  }
  if (typeof column.min === 'number' && p50 > p01 && p50 - column.min > EXTREME * (p50 - p01)) {
    warnings.push(`extreme values: the smallest is ${column.min}, 99 % are at least ${p01}`);
  }
  return warnings;
}

/** Whole percents, but never 0 % or 100 % for something in between. */
export function percent(share: number): string {
  const value = share * 100;
  if (value > 0 && value < 0.5) return `${Number(value.toPrecision(1))} %`;
  if (value > 99.5 && value < 100) return `${Math.min(99.99, Number(value.toFixed(2)))} %`;
  return `${Math.round(value)} %`;
}
