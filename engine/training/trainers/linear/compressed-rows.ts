/** A matrix without its zeros: the entries of row i are start[i] … start[i + 1] − 1, their columns ascending. */
export type CompressedRows = {
  entries: number;
  start: Uint32Array;
  /** At least `entries` long, as is `value`. */
  column: Uint32Array;
  value: Float32Array;
};

/** Below this share of entries that are not zero, skipping zeros pays. */
const SPARSE_BELOW = 0.4;
/** Rows that tell whether it is worth a try. */
const PROBED = 1000;
/** Entries after which others are let in. */
const ENTRIES_A_TURN = 4_000_000;

/** Null for a matrix that has too many entries to gain by it. One pass, by pairs of entries. */
export async function compressedRows(
  x: Float32Array,
  n: number,
  width: number,
  pause: () => Promise<void>,
): Promise<CompressedRows | null> {
  if (shareNotZero(x, Math.min(n, PROBED) * width) >= SPARSE_BELOW) return null;
  const most = SPARSE_BELOW * n * width;
  // Two zeros are one zero of twice the width.
  const pairs = x.byteOffset % 8 === 0 ? new Float64Array(x.buffer, x.byteOffset, x.length >> 1) : null;
  const start = new Uint32Array(n + 1);
  let column = new Uint32Array(n * 4 + width);
  let value = new Float32Array(column.length);
  let entries = 0;
  const rowsATurn = Math.ceil(ENTRIES_A_TURN / width);
  for (let i = 0; i < n; i++) {
    if (i % rowsATurn === 0) await pause();
    if (entries + width > column.length) {
      const longer = new Uint32Array(column.length * 2 + width);
      longer.set(column);
      column = longer;
      const larger = new Float32Array(longer.length);
      larger.set(value);
      value = larger;
    }
    const from = i * width;
    const to = from + width;
    for (let at = from; at < to; ) {
      if (pairs !== null && at % 2 === 0 && at + 1 < to && pairs[at >> 1] === 0) {
        at += 2;
        continue;
      }
      const entry = x[at] as number;
      if (entry !== 0) {
        column[entries] = at - from;
        value[entries++] = entry;
      }
      at++;
    }
    start[i + 1] = entries;
    if (entries > most) return null;
  }
  return { entries, start, column, value };
}

/** Of the first entries; 1 for none. */
function shareNotZero(x: Float32Array, entries: number): number {
  let found = 0;
  for (let at = 0; at < entries; at++) if (x[at] !== 0) found++;
  return entries === 0 ? 1 : found / entries;
}
