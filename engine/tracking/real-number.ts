import type { RealNumber } from '../../local-api/contract/index.ts';

/** A value as the tables keep it: NaN cannot be a REAL in SQLite, so it is 0 with a flag. */
export type StoredReal = { value: number; isNan: 0 | 1 };

export function toStored(real: RealNumber): StoredReal {
  const value = Number(real);
  return Number.isNaN(value) ? { value: 0, isNan: 1 } : { value, isNan: 0 };
}

/** The way it travels: JSON has no word for three of the numbers. */
export function fromStored(value: number, isNan: number): RealNumber {
  if (isNan === 1) return 'NaN';
  if (value === Number.POSITIVE_INFINITY) return 'Infinity';
  return value === Number.NEGATIVE_INFINITY ? '-Infinity' : value;
}
