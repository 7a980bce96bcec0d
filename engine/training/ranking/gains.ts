/** Grades above this have gains that no longer tell queries of many rows apart in a float. */
export const HIGHEST_GRADE = 30;

/** What a row of this grade is worth at the top: 2^grade − 1 (Burges et al. 2005). */
export function gainOf(grade: number): number {
  return 2 ** grade - 1;
}

/** What a place counts, from 0: 1 / log₂(place + 2) (Järvelin and Kekäläinen 2002). */
export function discountsOf(places: number): Float64Array {
  return Float64Array.from({ length: places }, (_, place) => 1 / Math.log2(place + 2));
}

/** The largest discounted gain that rows of these grades can have in their first `depth` places. */
export function idealGain(grades: ArrayLike<number>, depth: number, discounts: Float64Array): number {
  const sorted = Float64Array.from(grades).sort().reverse();
  let sum = 0;
  for (let place = 0; place < Math.min(depth, sorted.length); place++) {
    sum += gainOf(sorted[place] as number) * (discounts[place] as number);
  }
  return sum;
}
