/**
 * The hot loops of growing trees, in AssemblyScript: this file is compiled to WebAssembly by `npm run build:kernels` and is
 * not part of the TypeScript program. `plain-kernel.ts` says the same in TypeScript and is the oracle of the tests.
 *
 * Gradients and hessians are whole numbers here (fixed point, see kernel.ts). A bin of a histogram is 16 bytes: i64 sum of
 * gradients, then u64 sum of hessians shifted left by `countBits` with the number of rows below. Sums are so exact, and the
 * same in any order. Every argument that ends in `At` is an address.
 *
 * Rows lie in memory twice: as columns of codes, which parting rows by one column reads, and as records of `stride` bytes,
 * which histograms read: i32 gradient, u32 hessian, then a code a group, so that a row is one wait for memory.
 */

export { findSplit } from './find-split';

/** Rows a pass: their codes and targets stay in the first-level cache while the columns are walked. */
const TILE: i32 = 512;
/** Bytes a staged row: gradient, packed hessian and count, address of its codes. */
const STAGED: usize = 24;

/** Largest absolute gradient. */
export function maxAbsolute(valuesAt: usize, n: i32): f32 {
  let max: f32 = 0;
  const end = valuesAt + ((<usize>n) << 2);
  for (let at = valuesAt; at < end; at += 4) {
    const value = abs(load<f32>(at));
    if (value > max) max = value;
  }
  return max;
}

/** Writes gradients and hessians into the records as whole numbers, ties to even. The factors are powers of two. */
export function quantise(
  gradientsAt: usize,
  hessiansAt: usize,
  n: i32,
  gradientFactor: f64,
  hessianFactor: f64,
  recordsAt: usize,
  stride: i32,
): void {
  for (let i: usize = 0; i < <usize>n; i++) {
    const gradient = nearest(<f64>load<f32>(gradientsAt + (i << 2)) * gradientFactor);
    const hessian = nearest(<f64>load<f32>(hessiansAt + (i << 2)) * hessianFactor);
    store<i32>(recordsAt, <i32>gradient);
    store<u32>(recordsAt, <u32>hessian, 4);
    recordsAt += stride;
  }
}

/** Sums over some rows: f64 gradient, f64 hessian. */
export function sumRows(rowsAt: usize, count: i32, recordsAt: usize, stride: i32, sumsAt: usize): void {
  let gradient: i64 = 0;
  let hessian: i64 = 0;
  for (let i: usize = 0; i < <usize>count; i++) {
    const record = recordsAt + <usize>load<u32>(rowsAt + (i << 2)) * stride;
    gradient += <i64>load<i32>(record);
    hessian += <i64>load<u32>(record, 4);
  }
  store<f64>(sumsAt, <f64>gradient);
  store<f64>(sumsAt, <f64>hessian, 8);
}

/**
 * Adds rows up by their codes into a cleared histogram of so many bytes. `startsAt`: u32 byte offset of each group's first
 * bin. Groups are walked by fours and eights: for those past the last, up to seven, `startsAt` names 4 KiB behind the
 * histogram that may hold anything, and records have as many bytes more.
 */
export function histogram(
  rowsAt: usize,
  count: i32,
  recordsAt: usize,
  stride: i32,
  width: i32,
  startsAt: usize,
  countBits: i64,
  stageAt: usize,
  outAt: usize,
  bytes: usize,
): i32 {
  memory.fill(outAt, 0, bytes);
  let touched = 0;
  for (let start = 0; start < count; start += TILE) {
    const rows = min(TILE, count - start);
    const end = stageAt + <usize>rows * STAGED;
    touched += stage(rowsAt + ((<usize>start) << 2), rows, recordsAt, stride, countBits, stageAt);
    let group = 0;
    for (; group + 4 < width; group += 8) addEight(stageAt, end, group, startsAt, outAt);
    if (group < width) addFour(stageAt, end, group, startsAt, outAt);
  }
  return touched;
}

/**
 * Gathers the targets of a tile and touches every cache line of its codes: these loads wait for memory side by side, while
 * the sums that follow would wait one after the other. Gives a number so that the loads are not optimised away.
 */
function stage(
  rowsAt: usize,
  count: i32,
  recordsAt: usize,
  stride: i32,
  countBits: i64,
  stageAt: usize,
): i32 {
  let touched = 0;
  for (let i: usize = 0; i < <usize>count; i++) {
    const record = recordsAt + <usize>load<u32>(rowsAt + (i << 2)) * stride;
    const to = stageAt + i * STAGED;
    store<i64>(to, <i64>load<i32>(record));
    store<i64>(to, ((<i64>load<u32>(record, 4)) << countBits) | 1, 8);
    store<u32>(to, <u32>(record + 8), 16);
    for (let line = 64; line < stride; line += 64) touched += load<u8>(record + line);
  }
  return touched;
}

function add(at: usize, sums: v128): void {
  v128.store(at, i64x2.add(v128.load(at), sums));
}

function addEight(stageAt: usize, end: usize, group: i32, startsAt: usize, outAt: usize): void {
  const starts = startsAt + ((<usize>group) << 2);
  const start0 = outAt + load<u32>(starts);
  const start1 = outAt + load<u32>(starts, 4);
  const start2 = outAt + load<u32>(starts, 8);
  const start3 = outAt + load<u32>(starts, 12);
  const start4 = outAt + load<u32>(starts, 16);
  const start5 = outAt + load<u32>(starts, 20);
  const start6 = outAt + load<u32>(starts, 24);
  const start7 = outAt + load<u32>(starts, 28);
  for (let at = stageAt; at < end; at += STAGED) {
    const sums = v128.load(at);
    const codes = load<u64>(<usize>load<u32>(at, 16) + group);
    add(start0 + <usize>((codes & 255) << 4), sums);
    add(start1 + <usize>((codes >> 4) & 0xff0), sums);
    add(start2 + <usize>((codes >> 12) & 0xff0), sums);
    add(start3 + <usize>((codes >> 20) & 0xff0), sums);
    add(start4 + <usize>((codes >> 28) & 0xff0), sums);
    add(start5 + <usize>((codes >> 36) & 0xff0), sums);
    add(start6 + <usize>((codes >> 44) & 0xff0), sums);
    add(start7 + <usize>((codes >> 52) & 0xff0), sums);
  }
}

function addFour(stageAt: usize, end: usize, group: i32, startsAt: usize, outAt: usize): void {
  const starts = startsAt + ((<usize>group) << 2);
  const start0 = outAt + load<u32>(starts);
  const start1 = outAt + load<u32>(starts, 4);
  const start2 = outAt + load<u32>(starts, 8);
  const start3 = outAt + load<u32>(starts, 12);
  for (let at = stageAt; at < end; at += STAGED) {
    const sums = v128.load(at);
    const codes = load<u32>(<usize>load<u32>(at, 16) + group);
    add(start0 + <usize>((codes & 255) << 4), sums);
    add(start1 + <usize>((codes >> 4) & 0xff0), sums);
    add(start2 + <usize>((codes >> 12) & 0xff0), sums);
    add(start3 + <usize>((codes >> 20) & 0xff0), sums);
  }
}

/** parent −= child. */
export function subtract(parentAt: usize, childAt: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(parentAt + at, i64x2.sub(v128.load(parentAt + at), v128.load(childAt + at)));
  }
}

/**
 * Moves the rows whose code has side 1 to the front, both sides in their old order; gives how many there are.
 * `codesAt`: the codes of one group; `sidesAt`: 256 bytes.
 */
export function partition(rowsAt: usize, count: i32, spareAt: usize, codesAt: usize, sidesAt: usize): i32 {
  let left = rowsAt;
  let right = spareAt;
  const end = rowsAt + ((<usize>count) << 2);
  for (let at = rowsAt; at < end; at += 4) {
    const row = load<u32>(at);
    const side = <usize>load<u8>(sidesAt + load<u8>(codesAt + row));
    // Written to both sides: which one counts is too random for the processor to guess a branch.
    store<u32>(left, row);
    store<u32>(right, row);
    left += side << 2;
    right += (1 - side) << 2;
  }
  memory.copy(left, spareAt, right - spareAt);
  return <i32>((left - rowsAt) >> 2);
}

/** Codes of one column of n rows of floats: how many thresholds lie below the value, or `missing` for NaN. */
export function encode(
  valuesAt: usize,
  n: i32,
  valueWidth: i32,
  thresholdsAt: usize,
  thresholds: i32,
  missing: i32,
  codesAt: usize,
): void {
  for (let i = 0; i < n; i++) {
    const value = load<f32>(valuesAt);
    let base = thresholdsAt;
    let left = thresholds;
    while (left > 1) {
      const half = left >> 1;
      base = select(base + ((<usize>half) << 2), base, load<f32>(base + ((<usize>(half - 1)) << 2)) < value);
      left -= half;
    }
    let below = <i32>((base - thresholdsAt) >> 2);
    if (left == 1) below += <i32>(load<f32>(base) < value);
    store<u8>(codesAt, select(missing, below, value != value));
    valuesAt += (<usize>valueWidth) << 2;
    codesAt += 1;
  }
}

/** Writes columns of codes [groups, n] into the records. */
export function pack(codesAt: usize, n: i32, groups: i32, recordsAt: usize, stride: i32): void {
  for (let start = 0; start < n; start += TILE) {
    const end = min(start + TILE, n);
    for (let group = 0; group < groups; group++) {
      const column = codesAt + <usize>group * n;
      let to = recordsAt + <usize>start * stride + 8 + group;
      for (let row = start; row < end; row++) {
        store<u8>(to, load<u8>(column + row));
        to += stride;
      }
    }
  }
}

/** Sorts floats that are not NaN, −0 before 0: radix sort, three passes of 11 bits. `countsAt`: 8 KiB; the result is in place. */
export function sortFloats(valuesAt: usize, n: i32, spareAt: usize, countsAt: usize): void {
  for (let at = valuesAt; at < valuesAt + ((<usize>n) << 2); at += 4) {
    const bits = load<u32>(at);
    store<u32>(at, bits ^ (<u32>(<i32>bits >> 31) | 0x80000000));
  }
  radixPass(valuesAt, n, spareAt, countsAt, 0);
  radixPass(spareAt, n, valuesAt, countsAt, 11);
  radixPass(valuesAt, n, spareAt, countsAt, 22);
  for (let i: usize = 0; i < (<usize>n) << 2; i += 4) {
    const bits = load<u32>(spareAt + i);
    store<u32>(valuesAt + i, bits ^ (<u32>(<i32>~bits >> 31) | 0x80000000));
  }
}

function radixPass(fromAt: usize, n: i32, toAt: usize, countsAt: usize, shift: u32): void {
  memory.fill(countsAt, 0, 8192);
  const end = fromAt + ((<usize>n) << 2);
  for (let at = fromAt; at < end; at += 4) {
    const count = countsAt + ((<usize>((load<u32>(at) >> shift) & 2047)) << 2);
    store<u32>(count, load<u32>(count) + 1);
  }
  let sum: u32 = 0;
  for (let at = countsAt; at < countsAt + 8192; at += 4) {
    const count = load<u32>(at);
    store<u32>(at, sum);
    sum += count;
  }
  for (let at = fromAt; at < end; at += 4) {
    const key = load<u32>(at);
    const count = countsAt + ((<usize>((key >> shift) & 2047)) << 2);
    const to = load<u32>(count);
    store<u32>(toAt + ((<usize>to) << 2), key);
    store<u32>(count, to + 1);
  }
}
