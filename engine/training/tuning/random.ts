import type { SearchSpace } from '../../../local-api/contract/index.ts';
import { seededRandom } from '../../statistics/index.ts';
import { sobolDimensions, sobolPoint } from './sobol.ts';
import { type Assignment, assignmentAt, orderedPaths } from './space.ts';

/**
 * The settings of a trial drawn from all of a space, by seed and number alone. `sobol` spreads the trials evenly (Sobol 1967,
 * shifted at random); settings beyond its dimensions are drawn one by one.
 */
export function randomAssignment(
  space: SearchSpace,
  seed: number,
  trial: number,
  sequence: 'sobol' | 'plain',
): Assignment {
  const dimensions = orderedPaths(space).length;
  const random = seededRandom(seed, `tuning/random/${trial}`);
  const places = Float64Array.from({ length: dimensions }, () => random.next());
  if (sequence === 'sobol') {
    const shift = seededRandom(seed, 'tuning/sobol');
    const even = Math.min(dimensions, sobolDimensions);
    const shifts = Int32Array.from({ length: even }, () => shift.integer(2 ** 30));
    places.set(sobolPoint(trial, even, shifts));
  }
  return assignmentAt(space, places);
}
