/**
 * P-values corrected for testing many columns at once: comparing them with 5 % keeps the expected share of false
 * alarms among all alarms at or below 5 % (Benjamini & Hochberg 1995, step-up; as adjusted values, Yekutieli &
 * Benjamini 1999). Same order as given; never below the given value.
 */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const order = pValues.map((_, index) => index).sort((a, b) => (pValues[b] ?? 0) - (pValues[a] ?? 0));
  const adjusted = new Array<number>(pValues.length).fill(1);
  let smallest = 1;
  for (const [place, index] of order.entries()) {
    const rank = pValues.length - place;
    smallest = Math.min(smallest, ((pValues[index] ?? 1) * pValues.length) / rank);
    adjusted[index] = smallest;
  }
  return adjusted;
}
