import type { Coalition } from '../model/row-set.ts';

/** A game whose players are the inputs of a model: what each coalition of known inputs is worth, [k] each. */
export type CoalitionGame = {
  players: number;
  k: number;
  /** Mean answer over the reference rows, one of [k] a coalition. */
  worth(coalitions: readonly Coalition[]): Promise<Float64Array[]>;
  /** The answer itself for mixtures with one reference row each. */
  single(coalitions: readonly Coalition[], references: Int32Array): Promise<Float64Array[]>;
  references: number;
};

/** Row-major [players, k]. */
export type ShapleyEstimate = {
  base: Float64Array;
  values: Float64Array;
  /** Of each value; null: exact. */
  standardErrors: Float64Array | null;
  /** Whether the errors are as small as was asked for. */
  isConverged: boolean;
};

export type Sampling = {
  /** Coalitions (or steps of orders) to try at most. */
  most: number;
  /** Stop when every standard error is at most this share of the largest value. */
  tolerance: number;
  seed: number;
};

/** Largest standard error of an output, as a share of its largest value; 0 where all values vanish. */
export function relativeError(
  { values, standardErrors }: Pick<ShapleyEstimate, 'values' | 'standardErrors'>,
  k: number,
): number {
  if (standardErrors === null) return 0;
  let worst = 0;
  for (let c = 0; c < k; c++) {
    let largest = 0;
    let error = 0;
    for (let i = c; i < values.length; i += k) {
      largest = Math.max(largest, Math.abs(values[i] as number));
      error = Math.max(error, standardErrors[i] as number);
    }
    if (error > 1e-12) worst = Math.max(worst, largest > 0 ? error / largest : Number.POSITIVE_INFINITY);
  }
  return worst;
}
