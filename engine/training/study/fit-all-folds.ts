/**
 * Fits the folds 0 … `count` − 1 side by side and gives their results in order. When one fails the others, now of no use, are
 * stopped and awaited, and the first error is thrown.
 */
export async function fitAllFolds<Result>(
  count: number,
  signal: AbortSignal,
  fitOne: (fold: number, signal: AbortSignal) => Promise<Result>,
): Promise<Result[]> {
  const failed = new AbortController();
  const stop = AbortSignal.any([signal, failed.signal]);
  const fits = Array.from({ length: count }, (_, fold) => fitOne(fold, stop));
  try {
    return await Promise.all(fits);
  } catch (thrown) {
    failed.abort(thrown);
    await Promise.allSettled(fits);
    throw thrown;
  }
}
