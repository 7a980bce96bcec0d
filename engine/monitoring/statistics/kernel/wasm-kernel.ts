import { type WebAssemblyMemory, webAssembly } from '../../../system/index.ts';
import type { Sample } from '../sample.ts';
import { wasmBytes } from './wasm-bytes.ts';

const PAGE = 65_536;
/** Tables of the sort. */
const COUNTS_AT = 64;
/** A block of the walk. */
const BLOCK_AT = COUNTS_AT + 6 * 2048 * 4;
const OUT_AT = BLOCK_AT + 3 * 1026 * 8;
const OUT_NUMBERS = 11;
const VALUES_AT = OUT_AT + 16 * 8;

/** The exports of assembly/index.ts. */
type Exports = {
  sort(at: number, n: number, spareAt: number, countsAt: number): void;
  collapse(at: number, n: number, countsAt: number): number;
  gaps(
    xAt: number,
    xDistinct: number,
    xCountsAt: number,
    yAt: number,
    yDistinct: number,
    yCountsAt: number,
    m: number,
    n: number,
    blockAt: number,
    outAt: number,
  ): void;
};

/** What a walk over two samples sums up; see assembly/gaps.ts. */
export type WalkSums = {
  largest: number;
  area: number;
  squaredArea: number;
  spread: number;
  rankSum: number;
  tieTerm: number;
  rankGapsX: number;
  rankGapsY: number;
  weighted: number;
  /** Of counted samples only. */
  variance: number;
  distinct: number;
};

/** Sorts in place as `plainSort` does. False, with nothing done, where this machine has no WebAssembly. */
export function wasmSort(values: Float64Array): boolean {
  const place = sorted(values);
  if (place === null) return false;
  values.set(place);
  return true;
}

/**
 * Sorts and leaves each value once, in place at the front of `values`; with how often each occurs, null where none repeats. Null
 * where this machine has no WebAssembly.
 */
export function wasmCollapse(values: Float64Array): { distinct: number; counts: Float64Array | null } | null {
  const place = sorted(values);
  if (place === null || kernel === null) return null;
  const { wasm, memory } = kernel;
  const countsAt = VALUES_AT + values.byteLength;
  const distinct = wasm.collapse(VALUES_AT, values.length, countsAt);
  values.set(place.subarray(0, distinct));
  if (distinct === values.length) return { distinct, counts: null };
  return { distinct, counts: new Float64Array(memory.buffer, countsAt, distinct).slice() };
}

/** The sorted values, in the memory of the kernel. */
function sorted(values: Float64Array): Float64Array | null {
  const kernel = withRoom(2 * values.length);
  if (kernel === null) return null;
  const place = new Float64Array(kernel.memory.buffer, VALUES_AT, values.length);
  place.set(values);
  kernel.wasm.sort(VALUES_AT, values.length, VALUES_AT + values.byteLength, COUNTS_AT);
  return place;
}

/** The sums of a walk; `isCounted`: with how often each value occurs, else each counts once. Null where there is no WebAssembly. */
export function wasmWalk(x: Sample, y: Sample, isCounted: boolean): WalkSums | null {
  const [m, n] = [x.values.length, y.values.length];
  const kernel = withRoom((isCounted ? 2 : 1) * (m + n + 2));
  if (kernel === null) return null;
  const { wasm, memory } = kernel;
  let next = VALUES_AT;
  /** Puts a list into memory, and what stands behind it. */
  const put = (list: Float64Array, behind: number): number => {
    const at = next;
    const place = new Float64Array(memory.buffer, at, list.length + 1);
    place.set(list);
    place[list.length] = behind;
    next += place.byteLength;
    return at;
  };
  const xAt = put(x.values, Number.POSITIVE_INFINITY);
  const yAt = put(y.values, Number.POSITIVE_INFINITY);
  const xCountsAt = isCounted ? put(x.counts, 0) : 0;
  const yCountsAt = isCounted ? put(y.counts, 0) : 0;
  wasm.gaps(xAt, m, xCountsAt, yAt, n, yCountsAt, x.size, y.size, BLOCK_AT, OUT_AT);
  const [largest = 0, area = 0, squaredArea = 0, spread = 0, rankSum = 0, tieTerm = 0, ...rest] =
    new Float64Array(memory.buffer, OUT_AT, OUT_NUMBERS);
  const [rankGapsX = 0, rankGapsY = 0, weighted = 0, variance = 0, distinct = 0] = rest;
  return {
    largest,
    area,
    squaredArea,
    spread,
    rankSum,
    tieTerm,
    rankGapsX,
    rankGapsY,
    weighted,
    variance,
    distinct,
  };
}

type Kernel = { wasm: Exports; memory: WebAssemblyMemory };

let kernel: Kernel | null = null;

/** The kernel of this thread with room for so many numbers; its memory is kept from one column to the next. */
function withRoom(numbers: number): Kernel | null {
  if (webAssembly === undefined) return null;
  const pages = Math.ceil((VALUES_AT + numbers * 8) / PAGE);
  if (kernel === null) {
    const memory = new webAssembly.Memory({ initial: pages });
    const { exports } = new webAssembly.Instance(new webAssembly.Module(wasmBytes()), { env: { memory } });
    // The only border to the compiled code: its signatures are those of assembly/index.ts.
    kernel = { wasm: exports as Exports, memory };
  }
  const { memory } = kernel;
  const missing = pages - memory.buffer.byteLength / PAGE;
  if (missing > 0) memory.grow(missing);
  return kernel;
}
