import type { Dimension, SearchSpace, SettingValue } from '../../../local-api/contract/index.ts';
import { type Assignment, isActive, orderedPaths, valueAt } from './space.ts';

/** Beyond this a grid is no sensible search. */
const mostPoints = 100_000;

/**
 * Every combination of a space, the last path varying fastest. A number takes `steps` values at equal distances (equal ratios for
 * `log`), both ends among them; fewer where it has fewer. Settings whose condition does not hold add no combinations.
 */
export function gridAssignments(space: SearchSpace, steps: number): Assignment[] {
  let points: Assignment[] = [{}];
  for (const path of orderedPaths(space)) {
    const dimension = space[path];
    if (dimension === undefined) continue;
    const values = valuesOf(dimension, steps);
    points = points.flatMap((point) =>
      isActive(dimension, point) ? values.map((value) => ({ ...point, [path]: value })) : [point],
    );
    if (points.length > mostPoints) return points.slice(0, mostPoints);
  }
  return points;
}

function valuesOf(dimension: Dimension, steps: number): SettingValue[] {
  if (dimension.type === 'choice') return dimension.options;
  const places = Array.from({ length: steps }, (_, i) => i / (steps - 1));
  const values = places.map((place) => {
    if (dimension.type !== 'int') return valueAt(dimension, place);
    return Math.round(dimension.low + place * (dimension.high - dimension.low));
  });
  return [...new Set(values)];
}
