/**
 * Primitive polynomials and first direction numbers of Joe and Kuo (2008, "new-joe-kuo-6.21201") for the dimensions after the
 * first; the polynomial's bits are its coefficients.
 */
const directions: readonly (readonly [number, readonly number[]])[] = [
  [3, [1]],
  [7, [1, 3]],
  [11, [1, 3, 1]],
  [13, [1, 1, 1]],
  [19, [1, 1, 3, 3]],
  [25, [1, 3, 5, 13]],
  [37, [1, 1, 5, 5, 17]],
  [41, [1, 1, 5, 5, 5]],
  [47, [1, 1, 7, 11, 19]],
  [55, [1, 1, 5, 1, 1]],
  [59, [1, 1, 1, 3, 11]],
  [61, [1, 3, 5, 5, 31]],
  [67, [1, 3, 3, 9, 7, 49]],
  [91, [1, 1, 1, 15, 21, 21]],
  [97, [1, 3, 1, 13, 27, 49]],
  [103, [1, 1, 1, 15, 7, 5]],
  [109, [1, 3, 1, 15, 13, 25]],
  [115, [1, 1, 5, 5, 19, 61]],
  [131, [1, 3, 7, 11, 23, 15, 103]],
  [137, [1, 3, 7, 13, 13, 15, 69]],
  [143, [1, 1, 3, 13, 7, 35, 63]],
  [145, [1, 3, 5, 9, 1, 25, 53]],
  [157, [1, 3, 1, 13, 9, 35, 107]],
];
const bits = 30;

/** Dimensions that a Sobol point can have here. */
export const sobolDimensions = directions.length + 1;

/**
 * The point of a Sobol sequence (Sobol 1967) at an index, in [0, 1): equally spread points, whose first 2^k are balanced in every
 * dimension. `shifts`, whole numbers below 2^30, are added bit by bit (a random digital shift), which keeps the balance.
 * O(dimensions · 30).
 */
export function sobolPoint(index: number, dimensions: number, shifts: ArrayLike<number>): Float64Array {
  // In Gray code, as the usual generators count.
  const code = index ^ (index >>> 1);
  return Float64Array.from({ length: dimensions }, (_, dimension) => {
    const numbers = directionNumbers(dimension);
    let x = shifts[dimension] ?? 0;
    for (let bit = 0; bit < bits; bit++) if ((code >>> bit) & 1) x ^= numbers[bit] as number;
    return x / 2 ** bits;
  });
}

const cache = new Map<number, Int32Array>();

function directionNumbers(dimension: number): Int32Array {
  const known = cache.get(dimension);
  if (known !== undefined) return known;
  const v = new Int32Array(bits);
  const [polynomial, first] = directions[dimension - 1] ?? [1, []];
  const degree = first.length;
  for (let i = 0; i < bits; i++) {
    if (dimension === 0) v[i] = 1 << (bits - 1 - i);
    else if (i < degree) v[i] = (first[i] as number) << (bits - 1 - i);
    else {
      let value = (v[i - degree] as number) ^ ((v[i - degree] as number) >>> degree);
      for (let k = 1; k < degree; k++) {
        if ((polynomial >>> (degree - k)) & 1) value ^= v[i - k] as number;
      }
      v[i] = value;
    }
  }
  cache.set(dimension, v);
  return v;
}
