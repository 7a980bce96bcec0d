import type { RealNumber } from '../../contract/index.ts';

/**
 * A value of a metric on the wire. Protocol buffers write NaN as a text; infinities come back as the greatest numbers
 * there are, which is what MLflow's database makes of them and its clients expect.
 */
export function wireNumber(value: RealNumber): number | 'NaN' {
  if (value === 'Infinity') return Number.MAX_VALUE;
  if (value === '-Infinity') return -Number.MAX_VALUE;
  return value;
}

/** A value that came in, for the engine. */
export function engineNumber(value: number): RealNumber {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Number.POSITIVE_INFINITY) return 'Infinity';
  return value === Number.NEGATIVE_INFINITY ? '-Infinity' : value;
}
