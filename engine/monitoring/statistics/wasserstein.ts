import { populationStd, type Sample, walkTogether } from './sample.ts';

/**
 * How far the values of one window must be moved to become the other's: the area between the two distribution
 * functions (Wasserstein-1, earth mover's distance), in the unit of the values. Symmetric; 0 when both windows are
 * identical. Cost: linear in distinct values.
 *
 * Agrees with SciPy's `wasserstein_distance`.
 */
export function wassersteinDistance(x: Sample, y: Sample): number {
  let area = 0;
  let last = 0;
  let gap = 0;
  walkTogether(x, y, (value, f, g) => {
    if (gap > 0) area += gap * (value - last);
    gap = Math.abs(f - g);
    last = value;
  });
  return area;
}

/** Below it a standard deviation says nothing about the scale of a shift; the figure is Evidently's. */
const SMALLEST_STD = 0.001;

/**
 * The Wasserstein distance in standard deviations (population) of the reference; comparable between columns. As
 * Evidently computes it.
 */
export function scaledWasserstein(reference: Sample, current: Sample): number {
  return inReferenceDeviations(wassersteinDistance(reference, current), populationStd(reference));
}

/** A distance in standard deviations of the reference. */
export function inReferenceDeviations(distance: number, std: number): number {
  return distance / Math.max(std, SMALLEST_STD);
}
