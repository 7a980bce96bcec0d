const { LOG2E, LN2 } = Math;
/** Beyond it the answer is zero. */
const MOST = 700;
/** 2^−k. */
const powers = Float64Array.from({ length: Math.ceil(MOST * LOG2E) + 2 }, (_, k) => 2 ** -k);

/**
 * exp(−a) for a ≥ 0, to 10⁻¹¹ of it: 2^−k times the series of the rest to the ninth power. Some times faster than Math.exp,
 * which derivatives that end as float32 do not need.
 */
export function decay(a: number): number {
  if (!(a < MOST)) return a >= MOST ? 0 : Number.NaN;
  const k = (a * LOG2E + 0.5) | 0;
  const r = k * LN2 - a;
  const tail = 1 / 5040 + r * (1 / 40320 + r * (1 / 362880));
  const series =
    1 + r * (1 + r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120 + r * (1 / 720 + r * tail))))));
  return series * (powers[k] as number);
}
