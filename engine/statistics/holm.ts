/**
 * P-values corrected for several comparisons: comparing them with 5 % keeps the chance of even one false alarm at or
 * below 5 % (Holm 1979, step-down; valid whatever the dependence). Same order as given; never below the given value.
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, index) => index).sort((a, b) => (pValues[a] ?? 1) - (pValues[b] ?? 1));
  const adjusted = new Array<number>(pValues.length).fill(1);
  let largest = 0;
  for (const [place, index] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (pValues[index] ?? 1) * (pValues.length - place)));
    adjusted[index] = largest;
  }
  return adjusted;
}
