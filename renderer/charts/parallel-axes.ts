/** What an axis shows. A column of texts becomes an axis of names; numbers may be drawn on a logarithm. */
export type ParallelAxis = { label: string; isLog?: boolean };

/** A kept range of an axis, as places from 0 (bottom) to 1 (top). */
export type Brush = { from: number; to: number };

export type ParallelScale = { label: string } & (
  | { kind: 'numbers'; isLog: boolean; min: number; max: number }
  | { kind: 'names'; names: readonly string[] }
);

/** The scale that a column needs: numbers if all its values are, else names in order of their first appearance, sorted. */
export function axisOf(axis: ParallelAxis, values: readonly (number | string | null)[]): ParallelScale {
  const known = values.filter((value) => value !== null && value !== '');
  const numbers = known.map(Number);
  const isNumeric = known.length > 0 && numbers.every(Number.isFinite);
  if (!isNumeric) return { label: axis.label, kind: 'names', names: [...new Set(known.map(String))].sort() };
  const min = Math.min(...numbers);
  return {
    label: axis.label,
    kind: 'numbers',
    isLog: axis.isLog === true && min > 0,
    min,
    max: Math.max(...numbers),
  };
}

/** Where a value stands on its axis, 0 (bottom) to 1 (top); null where it has no place. */
export function placeOf(scale: ParallelScale | undefined, value: number | string | null): number | null {
  if (scale === undefined || value === null || value === '') return null;
  if (scale.kind === 'names') {
    const index = scale.names.indexOf(String(value));
    if (index < 0) return null;
    return scale.names.length === 1 ? 0.5 : index / (scale.names.length - 1);
  }
  const number = Number(value);
  if (!Number.isFinite(number)) return null;
  const { min, max } = scale;
  if (min === max) return 0.5;
  return scale.isLog ? Math.log(number / min) / Math.log(max / min) : (number - min) / (max - min);
}

/** The value at a place, the inverse of `placeOf` for numbers. */
export function valueAt(scale: Extract<ParallelScale, { kind: 'numbers' }>, place: number): number {
  const { min, max } = scale;
  return scale.isLog ? min * (max / min) ** place : min + place * (max - min);
}

/**
 * Whether a line passes through every brush; one without a value on a brushed axis does not.
 *
 * @param places where the line stands on each axis
 * @param brushes by the index of their axis
 */
export function passesAll(places: readonly (number | null)[], brushes: ReadonlyMap<number, Brush>): boolean {
  for (const [index, { from, to }] of brushes) {
    const place = places[index] ?? null;
    if (place === null || place < from - 1e-9 || place > to + 1e-9) return false;
  }
  return true;
}
