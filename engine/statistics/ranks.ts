export type Ranks = {
  /** From 1; equal values share the mean of their ranks. */
  ranks: Float64Array;
  /** Sum of t³ − t over groups of t equal values. */
  tieTerm: number;
};

/** Ranks of values, in their order. Cost: n log n. */
export function rankOf(values: ArrayLike<number>): Ranks {
  const order = Uint32Array.from({ length: values.length }, (_, index) => index);
  order.sort((x, y) => (values[x] as number) - (values[y] as number));
  const ranks = new Float64Array(values.length);
  let tieTerm = 0;
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end] as number] === values[order[start] as number]) end += 1;
    const tied = end - start;
    tieTerm += tied ** 3 - tied;
    for (let place = start; place < end; place++) ranks[order[place] as number] = (start + 1 + end) / 2;
    start = end;
  }
  return { ranks, tieTerm };
}

/** Pearson's correlation of two rows of numbers; NaN where either does not vary. */
export function pearson(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const n = x.length;
  let meanX = 0;
  let meanY = 0;
  for (let i = 0; i < n; i++) {
    meanX += (x[i] as number) / n;
    meanY += (y[i] as number) / n;
  }
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (let i = 0; i < n; i++) {
    const dx = (x[i] as number) - meanX;
    const dy = (y[i] as number) - meanY;
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return xx === 0 || yy === 0 ? Number.NaN : xy / Math.sqrt(xx * yy);
}

/** Spearman's rank correlation, −1 to 1; NaN where either does not vary. Agrees with SciPy's `spearmanr`. */
export function spearman(x: ArrayLike<number>, y: ArrayLike<number>): number {
  return pearson(rankOf(x).ranks, rankOf(y).ranks);
}
