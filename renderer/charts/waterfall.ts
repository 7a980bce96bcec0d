export type WaterfallStep = {
  label: string;
  value: number /** Standard error; null: exact. */;
  error: number | null;
};
export type WaterfallBar = { label: string; from: number; to: number; error: number | null };

/**
 * Bars of steps from `base` on: the weakest first from below, the strongest on top (first in the answer), and those beyond
 * `most` as one below them. Errors of what is brought together are those of a sum of independent steps.
 */
export function waterfallBars(base: number, steps: readonly WaterfallStep[], most: number): WaterfallBar[] {
  const sorted = [...steps].sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
  const own = sorted.length > most ? sorted.slice(0, most - 1) : sorted;
  const others = sorted.slice(own.length);
  if (others.length > 0) {
    const hasErrors = others.some(({ error }) => error !== null);
    const variance = others.reduce((sum, { error }) => sum + (error ?? 0) ** 2, 0);
    own.push({
      label: `${others.length} others`,
      value: others.reduce((sum, { value }) => sum + value, 0),
      error: hasErrors ? Math.sqrt(variance) : null,
    });
  }
  let at = base;
  const bars = own.reverse().map(({ label, value, error }): WaterfallBar => {
    const from = at;
    at += value;
    return { label, from, to: at, error };
  });
  return bars.reverse();
}
