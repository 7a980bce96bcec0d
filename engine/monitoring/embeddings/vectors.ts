import { seededRandom, shuffle } from '../../statistics/index.ts';

/** Vectors of one length, row-major [rows, width]; all numbers are finite. */
export type Vectors = { rows: number; width: number; values: Float64Array };

/** At most so many of them, drawn at random. */
export function someVectors(vectors: Vectors, most: number, seed: number): Vectors {
  if (vectors.rows <= most) return vectors;
  const { width } = vectors;
  const order = Int32Array.from({ length: vectors.rows }, (_, row) => row);
  shuffle(order, seededRandom(seed, 'drift/some-vectors'));
  const values = new Float64Array(most * width);
  order.slice(0, most).forEach((row, i) => {
    values.set(vectors.values.subarray(row * width, (row + 1) * width), i * width);
  });
  return { rows: most, width, values };
}

export function meanVector({ rows, width, values }: Vectors): Float64Array {
  const mean = new Float64Array(width);
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < width; k++) mean[k] = (mean[k] as number) + (values[row * width + k] as number);
  }
  return mean.map((sum) => sum / rows);
}

/** One component of all vectors. */
export function componentOf({ rows, width, values }: Vectors, component: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => values[row * width + component] as number);
}
