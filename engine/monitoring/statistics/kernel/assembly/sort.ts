/** Buckets of a pass: 11 bits of a key. */
const BITS: i32 = 11;
const BUCKETS: i32 = 1 << BITS;
const LAST: i32 = BUCKETS - 1;
/** Largest key of the linear order. */
const MOST_KEY: f64 = <f64>((1 << (2 * BITS)) - 1);
const TABLE: usize = (<usize>BUCKETS) << 2;
/** Where the insertion sort that ends a quick order moves more values than so many a value, the bits are sorted in whole. */
const MOST_MOVES: i64 = 8;

/**
 * Sorts finite numbers, ascending; −0 comes before 0. Takes as much room at `spareAt`, and 6 × 8 KB for counts.
 *
 * Values that lie about evenly are put in order by their place in the range, 22 bits of it in two passes; others by the upper 33 bits of
 * their pattern in three. What then still stands wrong is near its place: an insertion sort ends it. Where much does, the passes are made over all
 * 64 bits. The answer is the same by each way.
 */
export function sort(at: usize, n: i32, spareAt: usize, countsAt: usize): void {
  if (n < 2) return;
  const end = at + ((<usize>n) << 3);
  let low = load<f64>(at);
  let high = low;
  let negativeZeros: i32 = 0;
  for (let p = at; p < end; p += 8) {
    const value = load<f64>(p);
    if (value < low) low = value;
    if (value > high) high = value;
    negativeZeros += i32(load<i64>(p) == i64.MIN_VALUE);
  }
  if (!(sortLinear(at, n, low, high, spareAt, countsAt) || sortUpper(at, n, spareAt, countsAt))) {
    sortWhole(at, n, spareAt, countsAt);
  }
  if (negativeZeros > 0 && high >= 0) settleZeros(at, n, negativeZeros);
}

function clear(at: usize, bytes: usize): void {
  memory.fill(at, 0, bytes);
}

function increment(at: usize): void {
  store<u32>(at, load<u32>(at) + 1);
}

/** From counts to where each bucket begins. */
function toStarts(countsAt: usize): void {
  let start: u32 = 0;
  const end = countsAt + TABLE;
  for (let p = countsAt; p < end; p += 4) {
    const count = load<u32>(p);
    store<u32>(p, start);
    start += count;
  }
}

function place(tableAt: usize, bucket: i32, toAt: usize): usize {
  const p = tableAt + ((<usize>bucket) << 2);
  const next = load<u32>(p);
  store<u32>(p, next + 1);
  return toAt + ((<usize>next) << 3);
}

function linearKey(value: f64, low: f64, scale: f64): i32 {
  return <i32>((value - low) * scale);
}

function sortLinear(at: usize, n: i32, low: f64, high: f64, spareAt: usize, countsAt: usize): bool {
  const scale = MOST_KEY / (high - low);
  // Also where the range is no number, or so small that its inverse is none.
  if (!(scale > 0 && scale < 1e300)) return false;
  const end = at + ((<usize>n) << 3);
  const upperAt = countsAt + TABLE;
  clear(countsAt, 2 * TABLE);
  for (let p = at; p < end; p += 8) {
    const key = linearKey(load<f64>(p), low, scale);
    increment(countsAt + ((<usize>(key & LAST)) << 2));
    increment(upperAt + ((<usize>(key >>> BITS)) << 2));
  }
  let pairs: f64 = 0;
  for (let p = upperAt; p < upperAt + TABLE; p += 4) {
    const count = <f64>load<u32>(p);
    pairs += count * count;
  }
  // Values that share a key, if each bucket is filled evenly.
  if (pairs > 4.0 * <f64>n * <f64>BUCKETS) return false;
  toStarts(countsAt);
  toStarts(upperAt);
  for (let p = at; p < end; p += 8) {
    const value = load<f64>(p);
    store<f64>(place(countsAt, linearKey(value, low, scale) & LAST, spareAt), value);
  }
  const spareEnd = spareAt + ((<usize>n) << 3);
  for (let p = spareAt; p < spareEnd; p += 8) {
    const value = load<f64>(p);
    store<f64>(place(upperAt, linearKey(value, low, scale) >>> BITS, at), value);
  }
  return settle(at, n);
}

/** The pattern turned so that its order is that of the numbers. */
function turned(bits: i64): u64 {
  return <u64>(bits ^ ((bits >> 63) | i64.MIN_VALUE));
}

function move(fromAt: usize, n: i32, toAt: usize, tableAt: usize, shift: u64): void {
  const end = fromAt + ((<usize>n) << 3);
  for (let p = fromAt; p < end; p += 8) {
    const bits = load<i64>(p);
    const bucket = <i32>(turned(bits) >> shift) & LAST;
    store<i64>(place(tableAt, bucket, toAt), bits);
  }
}

/** Whether all values share the bucket: then the pass changes nothing. */
function isShared(tableAt: usize, n: i32): bool {
  for (let p = tableAt; p < tableAt + TABLE; p += 4) {
    const count = load<u32>(p);
    if (count > 0) return count == <u32>n;
  }
  return true;
}

function passes(at: usize, n: i32, spareAt: usize, countsAt: usize, first: i32): void {
  const end = at + ((<usize>n) << 3);
  clear(countsAt, 6 * TABLE);
  for (let p = at; p < end; p += 8) {
    const bits = turned(load<i64>(p));
    if (first == 0) {
      increment(countsAt + ((<usize>(bits & LAST)) << 2));
      increment(countsAt + TABLE + ((<usize>((bits >> 11) & LAST)) << 2));
      increment(countsAt + 2 * TABLE + ((<usize>((bits >> 22) & 0x3ff)) << 2));
    }
    increment(countsAt + 3 * TABLE + ((<usize>((bits >> 32) & LAST)) << 2));
    increment(countsAt + 4 * TABLE + ((<usize>((bits >> 43) & LAST)) << 2));
    increment(countsAt + 5 * TABLE + ((<usize>(bits >> 54)) << 2));
  }
  let from = at;
  let to = spareAt;
  for (let digit = first; digit < 6; digit++) {
    const tableAt = countsAt + <usize>digit * TABLE;
    if (isShared(tableAt, n)) continue;
    toStarts(tableAt);
    const shift: u64 = digit < 3 ? 11 * digit : 32 + 11 * (digit - 3);
    if (digit == 2) moveNarrow(from, n, to, tableAt);
    else move(from, n, to, tableAt, shift);
    const swapped = from;
    from = to;
    to = swapped;
  }
  if (from != at) memory.copy(at, spareAt, (<usize>n) << 3);
}

/** The third digit has ten bits: the fourth begins with the upper half. */
function moveNarrow(fromAt: usize, n: i32, toAt: usize, tableAt: usize): void {
  const end = fromAt + ((<usize>n) << 3);
  for (let p = fromAt; p < end; p += 8) {
    const bits = load<i64>(p);
    store<i64>(place(tableAt, <i32>(turned(bits) >> 22) & 0x3ff, toAt), bits);
  }
}

function sortUpper(at: usize, n: i32, spareAt: usize, countsAt: usize): bool {
  passes(at, n, spareAt, countsAt, 3);
  return settle(at, n);
}

function sortWhole(at: usize, n: i32, spareAt: usize, countsAt: usize): void {
  passes(at, n, spareAt, countsAt, 0);
}

/** Ends an order that is almost right; false, with the values in some order, where too many are wrong. */
function settle(at: usize, n: i32): bool {
  const end = at + ((<usize>n) << 3);
  let left = MOST_MOVES * n;
  let last = load<f64>(at);
  for (let p = at + 8; p < end; p += 8) {
    const value = load<f64>(p);
    if (value >= last) {
      last = value;
      continue;
    }
    let to = p;
    do {
      store<f64>(to, load<f64>(to - 8));
      to -= 8;
      left -= 1;
    } while (to > at && load<f64>(to - 8) > value);
    store<f64>(to, value);
    if (left < 0) return false;
  }
  return true;
}

/** Zeros compare equal: those with a sign go first. */
function settleZeros(at: usize, n: i32, negative: i32): void {
  let low = 0;
  let high = n;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (load<f64>(at + ((<usize>middle) << 3)) < 0) low = middle + 1;
    else high = middle;
  }
  const end = at + ((<usize>n) << 3);
  for (let p = at + ((<usize>low) << 3); p < end && load<f64>(p) == 0; p += 8) {
    store<f64>(p, negative > 0 ? -0.0 : 0.0);
    negative -= 1;
  }
}

/**
 * Leaves each of the ascending values once, in their order, and writes how often each occurs as f64 to `countsAt`. Gives how many there are;
 * where none repeats nothing is written. Of zeros the first is kept.
 */
export function collapse(at: usize, n: i32, countsAt: usize): i32 {
  const end = at + ((<usize>n) << 3);
  let repeats = 0;
  for (let p = at + 8; p < end; p += 8) repeats += i32(load<f64>(p) == load<f64>(p - 8));
  if (repeats == 0) return n;
  let last = load<f64>(at);
  let to = at;
  let countAt = countsAt;
  let first = at;
  for (let p = at + 8; p < end; p += 8) {
    const value = load<f64>(p);
    if (value == last) continue;
    store<f64>(countAt, <f64>(<i32>((p - first) >> 3)));
    countAt += 8;
    to += 8;
    store<f64>(to, value);
    first = p;
    last = value;
  }
  store<f64>(countAt, <f64>(<i32>((end - first) >> 3)));
  return n - repeats;
}
