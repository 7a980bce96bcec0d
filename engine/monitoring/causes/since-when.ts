import { type BinnedColumn, divergence, sharesOf } from './binned-columns.ts';

export type Since = { atMs: number | null; chunk: number; of: number; column: string | null };

const CHUNKS = 12;
/** Parts of fewer rows say nothing. */
const LEAST_ROWS = 30;

/**
 * The first part of the current window, in the order of time, from which on a drifted column lies outside of what equally large
 * parts of the reference do (their mean distance and three standard deviations). Null when the window is too small, or no part is
 * outside for good. `atMs`: the time of each current row; without it rows are taken in their order.
 */
export function sinceWhen(drifted: readonly BinnedColumn[], atMs: Float64Array | null): Since | null {
  const rows = drifted[0]?.current.length ?? 0;
  const chunks = Math.min(CHUNKS, Math.floor(rows / LEAST_ROWS));
  if (chunks < 3) return null;
  const order = Array.from({ length: rows }, (_, row) => row);
  if (atMs !== null) order.sort((a, b) => (atMs[a] as number) - (atMs[b] as number) || a - b);
  let first: { chunk: number; column: string; excess: number } | null = null;
  for (const column of drifted) {
    const k = column.parts.length;
    const whole = sharesOf(column.reference, k).shares;
    const limit = limitOf(column, Math.ceil(rows / chunks), whole);
    const excesses = Array.from({ length: chunks }, (_, chunk) => {
      const own = order.slice(Math.floor((chunk * rows) / chunks), Math.floor(((chunk + 1) * rows) / chunks));
      const codes = Uint8Array.from(own, (row) => column.current[row] as number);
      return divergence(sharesOf(codes, k).shares, whole) - limit;
    });
    // From there on to the end most parts are outside: one alone may be chance.
    const chunk = excesses.findIndex(
      (excess, i) => excess > 0 && excesses.slice(i).filter((one) => one > 0).length >= 0.8 * (chunks - i),
    );
    const excess = excesses[chunk] ?? 0;
    if (chunk < 0) continue;
    if (first === null || chunk < first.chunk || (chunk === first.chunk && excess > first.excess)) {
      first = { chunk, column: column.name, excess };
    }
  }
  if (first === null) return null;
  const row = order[Math.floor((first.chunk * rows) / chunks)] as number;
  const at = atMs?.[row];
  return {
    atMs: at === undefined || Number.isNaN(at) ? null : Math.round(at),
    chunk: first.chunk,
    of: chunks,
    column: first.column,
  };
}

function limitOf({ reference, parts }: BinnedColumn, size: number, whole: Float64Array): number {
  const count = Math.max(2, Math.floor(reference.length / size));
  const values = Array.from({ length: count }, (_, chunk) =>
    divergence(
      sharesOf(
        reference.subarray(
          Math.floor((chunk * reference.length) / count),
          Math.floor(((chunk + 1) * reference.length) / count),
        ),
        parts.length,
      ).shares,
      whole,
    ),
  );
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const spread = Math.sqrt(
    values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, count - 1),
  );
  // Too few parts of the reference to know their spread: what chance gives at this size, twice.
  const chance = (parts.length - 1) / (8 * Math.LN2 * size);
  return Math.max(mean + 3 * spread, 2.5 * chance);
}
