import { quantile } from './scale.ts';

/** Quartiles and whiskers: the outermost values within 1.5 times the distance of the quartiles (Tukey, 1977). */
export type BoxFacts = { q1: number; median: number; q3: number; low: number; high: number };

/** The facts of a box plot; null when there are no values. */
export function boxOf(values: readonly number[]): BoxFacts | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const [q1, median, q3] = [quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75)];
  const reach = 1.5 * (q3 - q1);
  const inside = sorted.filter((value) => value >= q1 - reach && value <= q3 + reach);
  return { q1, median, q3, low: inside[0] ?? q1, high: inside.at(-1) ?? q3 };
}
