/** How many bits the row count of a packed sum takes: n < 2^bits. */
export function countBitsOf(n: number): number {
  return 32 - Math.clz32(n);
}

/**
 * Factors, powers of two, that make whole numbers of gradients and hessians: as fine as sums of n of them stay below 2⁵²,
 * and packed with a row count below 2⁶³. At worst (3 million rows) a hessian keeps 19 bits.
 */
export function factorsOf(
  n: number,
  maxGradient: number,
  maxHessian: number,
): { gradient: number; hessian: number } {
  const countBits = countBitsOf(n);
  return {
    gradient: 2 ** (Math.min(30, 52 - countBits) - exponentAbove(maxGradient)),
    hessian: 2 ** (Math.min(30, 63 - 2 * countBits) - exponentAbove(maxHessian)),
  };
}

/** The least e with value < 2^e, for a float32 value. */
function exponentAbove(value: number): number {
  const bits = new Uint32Array(Float32Array.of(value).buffer)[0] as number;
  return ((bits >>> 23) & 255) - 126;
}
