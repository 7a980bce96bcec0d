/** Rows in a chunk: none but the last is smaller than `min`, none is larger than `max`. */
export type CutRule = { min: number; average: number; max: number };

/** A chunk aims at so many cells: about a megabyte of numbers, compressed. */
const CELLS = 500_000;
const FEWEST = 4096;
const MOST = 65_536;
/** No chunk of any table has more rows. */
export const MOST_CHUNK_ROWS = 3 * MOST;

/** How a table with so many columns is cut. The rule must not depend on the rows: two versions would share nothing. */
export function cutRule(columns: number): CutRule {
  const average = Math.min(MOST, Math.max(FEWEST, Math.floor(CELLS / Math.max(1, columns))));
  return { min: Math.floor(average / 4), average, max: average * 3 };
}

/**
 * Cuts a sequence of rows by their content: the same run of rows is cut at the same places, whatever stands before it, so that
 * versions of a table share the chunks between their differences.
 *
 * A rolling hash over the hashes of the last 32 rows (the gear rule) ends a chunk where it is small enough: with half the
 * probability below the average size and with twice above it, which keeps sizes close to the average (normalised chunking of
 * FastCDC, Xia et al. 2016) and still lets two sequences fall into step again within a chunk or two after a change.
 *
 * `next` takes the 32-bit hash of the next row and says whether a chunk ends with it.
 */
export function createCutter({ min, average, max }: CutRule): { next(hash: number): boolean } {
  const rare = 2 ** 32 / (average * 2);
  const frequent = 2 ** 32 / (average / 2);
  let rolling = 0;
  let size = 0;
  return {
    next(hash) {
      rolling = ((rolling << 1) + hash) >>> 0;
      size += 1;
      if (size < min) return false;
      const cuts = size >= max || rolling < (size < average ? rare : frequent);
      if (cuts) {
        rolling = 0;
        size = 0;
      }
      return cuts;
    },
  };
}
