/**
 * The hot loops of linear fits over dense rows, in AssemblyScript: this file is compiled to WebAssembly by `npm run build:kernels`
 * and is not part of the TypeScript program. `plain-kernel.ts` says the same in TypeScript and is the oracle of the tests.
 *
 * A tile is some rows of the matrix, row-major float32; everything else is float64. Sums go in a fixed order, told at each function,
 * so that the answers do not hang on the machine. Every argument that ends in `At` is an address, every `stride` is in bytes.
 */

/** Two neighbours of a row as float64. */
function pair(at: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(at));
}

function fused(sum: v128, a: v128, b: v128): v128 {
  return f64x2.add(sum, f64x2.mul(a, b));
}

/** Four partial sums, by column modulo 4, and the columns that are left over: (s0 + s2) + (s1 + s3) + intercept. */
function total(low: v128, high: v128, at: usize, weightsAt: usize, left: i32, intercept: f64): f64 {
  let s0 = f64x2.extract_lane(low, 0);
  let s1 = f64x2.extract_lane(low, 1);
  let s2 = f64x2.extract_lane(high, 0);
  if (left > 0) s0 += <f64>load<f32>(at) * load<f64>(weightsAt);
  if (left > 1) s1 += <f64>load<f32>(at, 4) * load<f64>(weightsAt, 8);
  if (left > 2) s2 += <f64>load<f32>(at, 8) * load<f64>(weightsAt, 16);
  return s0 + s2 + (s1 + f64x2.extract_lane(high, 1)) + intercept;
}

/** out = tile · weights + intercept, a number a row. */
export function times(
  tileAt: usize,
  rows: i32,
  width: i32,
  weightsAt: usize,
  intercept: f64,
  outAt: usize,
  stride: usize,
): void {
  const rowBytes = (<usize>width) << 2;
  const whole = (<usize>(width & ~3)) << 2;
  const left = width & 3;
  const weightsEnd = weightsAt + (whole << 1);
  let row = 0;
  for (; row + 4 <= rows; row += 4) {
    const a = tileAt;
    const b = a + rowBytes;
    const c = b + rowBytes;
    const d = c + rowBytes;
    let aLow = f64x2.splat(0);
    let aHigh = aLow;
    let bLow = aLow;
    let bHigh = aLow;
    let cLow = aLow;
    let cHigh = aLow;
    let dLow = aLow;
    let dHigh = aLow;
    for (let at: usize = 0; at < whole; at += 16) {
      const low = v128.load(weightsAt + (at << 1));
      const high = v128.load(weightsAt + (at << 1), 16);
      aLow = fused(aLow, pair(a + at), low);
      aHigh = fused(aHigh, pair(a + at + 8), high);
      bLow = fused(bLow, pair(b + at), low);
      bHigh = fused(bHigh, pair(b + at + 8), high);
      cLow = fused(cLow, pair(c + at), low);
      cHigh = fused(cHigh, pair(c + at + 8), high);
      dLow = fused(dLow, pair(d + at), low);
      dHigh = fused(dHigh, pair(d + at + 8), high);
    }
    store<f64>(outAt, total(aLow, aHigh, a + whole, weightsEnd, left, intercept));
    store<f64>(outAt + stride, total(bLow, bHigh, b + whole, weightsEnd, left, intercept));
    store<f64>(outAt + 2 * stride, total(cLow, cHigh, c + whole, weightsEnd, left, intercept));
    store<f64>(outAt + 3 * stride, total(dLow, dHigh, d + whole, weightsEnd, left, intercept));
    tileAt = d + rowBytes;
    outAt += 4 * stride;
  }
  for (; row < rows; row++) {
    let low = f64x2.splat(0);
    let high = low;
    for (let at: usize = 0; at < whole; at += 16) {
      low = fused(low, pair(tileAt + at), v128.load(weightsAt + (at << 1)));
      high = fused(high, pair(tileAt + at + 8), v128.load(weightsAt + (at << 1), 16));
    }
    store<f64>(outAt, total(low, high, tileAt + whole, weightsEnd, left, intercept));
    tileAt += rowBytes;
    outAt += stride;
  }
}

/** out += tileᵀ · residuals: each column's products are summed row after row, and that sum is added. */
export function addTransposed(
  tileAt: usize,
  rows: i32,
  width: i32,
  residualsAt: usize,
  stride: usize,
  outAt: usize,
): void {
  const rowBytes = (<usize>width) << 2;
  const end = tileAt + <usize>rows * rowBytes;
  let column = 0;
  for (; column + 16 <= width; column += 16) {
    let s0 = f64x2.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    let s4 = s0;
    let s5 = s0;
    let s6 = s0;
    let s7 = s0;
    let r = residualsAt;
    for (let at = tileAt + ((<usize>column) << 2); at < end; at += rowBytes, r += stride) {
      const residual = v128.load64_splat(r);
      s0 = fused(s0, pair(at), residual);
      s1 = fused(s1, pair(at + 8), residual);
      s2 = fused(s2, pair(at + 16), residual);
      s3 = fused(s3, pair(at + 24), residual);
      s4 = fused(s4, pair(at + 32), residual);
      s5 = fused(s5, pair(at + 40), residual);
      s6 = fused(s6, pair(at + 48), residual);
      s7 = fused(s7, pair(at + 56), residual);
    }
    const to = outAt + ((<usize>column) << 3);
    v128.store(to, f64x2.add(v128.load(to), s0));
    v128.store(to, f64x2.add(v128.load(to, 16), s1), 16);
    v128.store(to, f64x2.add(v128.load(to, 32), s2), 32);
    v128.store(to, f64x2.add(v128.load(to, 48), s3), 48);
    v128.store(to, f64x2.add(v128.load(to, 64), s4), 64);
    v128.store(to, f64x2.add(v128.load(to, 80), s5), 80);
    v128.store(to, f64x2.add(v128.load(to, 96), s6), 96);
    v128.store(to, f64x2.add(v128.load(to, 112), s7), 112);
  }
  for (; column + 4 <= width; column += 4) {
    let low = f64x2.splat(0);
    let high = low;
    let r = residualsAt;
    for (let at = tileAt + ((<usize>column) << 2); at < end; at += rowBytes, r += stride) {
      const residual = v128.load64_splat(r);
      low = fused(low, pair(at), residual);
      high = fused(high, pair(at + 8), residual);
    }
    const to = outAt + ((<usize>column) << 3);
    v128.store(to, f64x2.add(v128.load(to), low));
    v128.store(to, f64x2.add(v128.load(to, 16), high), 16);
  }
  for (; column < width; column++) {
    let sum: f64 = 0;
    let r = residualsAt;
    for (let at = tileAt + ((<usize>column) << 2); at < end; at += rowBytes, r += stride) {
      sum += <f64>load<f32>(at) * load<f64>(r);
    }
    const to = outAt + ((<usize>column) << 3);
    store<f64>(to, load<f64>(to) + sum);
  }
}

/** Adds Σ x and Σ x² of each column, summed row after row first. */
export function addMoments(tileAt: usize, rows: i32, width: i32, sumsAt: usize, squaresAt: usize): void {
  const rowBytes = (<usize>width) << 2;
  const end = tileAt + <usize>rows * rowBytes;
  let column = 0;
  for (; column + 4 <= width; column += 4) {
    let low = f64x2.splat(0);
    let high = low;
    let lowSquare = low;
    let highSquare = low;
    for (let at = tileAt + ((<usize>column) << 2); at < end; at += rowBytes) {
      const a = pair(at);
      const b = pair(at + 8);
      low = f64x2.add(low, a);
      high = f64x2.add(high, b);
      lowSquare = fused(lowSquare, a, a);
      highSquare = fused(highSquare, b, b);
    }
    const at = (<usize>column) << 3;
    v128.store(sumsAt + at, f64x2.add(v128.load(sumsAt + at), low));
    v128.store(sumsAt + at, f64x2.add(v128.load(sumsAt + at, 16), high), 16);
    v128.store(squaresAt + at, f64x2.add(v128.load(squaresAt + at), lowSquare));
    v128.store(squaresAt + at, f64x2.add(v128.load(squaresAt + at, 16), highSquare), 16);
  }
  for (; column < width; column++) {
    let sum: f64 = 0;
    let square: f64 = 0;
    for (let at = tileAt + ((<usize>column) << 2); at < end; at += rowBytes) {
      const value = <f64>load<f32>(at);
      sum += value;
      square += value * value;
    }
    const at = (<usize>column) << 3;
    store<f64>(sumsAt + at, load<f64>(sumsAt + at) + sum);
    store<f64>(squaresAt + at, load<f64>(squaresAt + at) + square);
  }
}

/** Panels of four columns: the rows of a panel lie behind each other, as float64; zeros beyond the last column. */
function pack(tileAt: usize, rows: i32, width: i32, hAt: usize, scaledAt: usize, plainAt: usize): void {
  const rowBytes = (<usize>width) << 2;
  const end = tileAt + <usize>rows * rowBytes;
  let column = 0;
  for (; column + 4 <= width; column += 4) {
    let h = hAt;
    for (let at = tileAt + ((<usize>column) << 2); at < end; at += rowBytes, h += 8) {
      const low = pair(at);
      const high = pair(at + 8);
      const scale = v128.load64_splat(h);
      v128.store(plainAt, low);
      v128.store(plainAt, high, 16);
      v128.store(scaledAt, f64x2.mul(low, scale));
      v128.store(scaledAt, f64x2.mul(high, scale), 16);
      plainAt += 32;
      scaledAt += 32;
    }
  }
  if (column == width) return;
  const left = (<usize>(width - column)) << 2;
  let h = hAt;
  for (let at = tileAt + ((<usize>column) << 2); at < end; at += rowBytes, h += 8) {
    for (let byte: usize = 0; byte < 16; byte += 4) {
      const value = byte < left ? <f64>load<f32>(at + byte) : 0;
      store<f64>(plainAt + (byte << 1), value);
      store<f64>(scaledAt + (byte << 1), value * load<f64>(h));
    }
    plainAt += 32;
    scaledAt += 32;
  }
}

/**
 * out += Σ h·x·xᵀ of a tile, each entry summed row after row first: out [padded, padded] with `padded` the width brought up to a
 * multiple of four, right on and below the diagonal. `scaledAt` and `plainAt`: room for rows · padded float64 each.
 */
export function addGram(
  tileAt: usize,
  rows: i32,
  width: i32,
  hAt: usize,
  scaledAt: usize,
  plainAt: usize,
  outAt: usize,
): void {
  pack(tileAt, rows, width, hAt, scaledAt, plainAt);
  const padded = (width + 3) & ~3;
  const outBytes = (<usize>padded) << 3;
  const panel = (<usize>rows) << 5;
  const panels = padded >> 2;
  for (let first = 0; first < panels; first++) {
    const a = scaledAt + <usize>first * panel;
    const end = a + panel;
    let b = plainAt;
    let to = outAt + ((<usize>first) << 2) * outBytes;
    for (let second = 0; second <= first; second++, to += 32) {
      let s00 = f64x2.splat(0);
      let s01 = s00;
      let s10 = s00;
      let s11 = s00;
      let s20 = s00;
      let s21 = s00;
      let s30 = s00;
      let s31 = s00;
      for (let at = a; at < end; at += 32, b += 32) {
        const low = v128.load(b);
        const high = v128.load(b, 16);
        const x0 = v128.load64_splat(at);
        s00 = fused(s00, x0, low);
        s01 = fused(s01, x0, high);
        const x1 = v128.load64_splat(at, 8);
        s10 = fused(s10, x1, low);
        s11 = fused(s11, x1, high);
        const x2 = v128.load64_splat(at, 16);
        s20 = fused(s20, x2, low);
        s21 = fused(s21, x2, high);
        const x3 = v128.load64_splat(at, 24);
        s30 = fused(s30, x3, low);
        s31 = fused(s31, x3, high);
      }
      let row = to;
      v128.store(row, f64x2.add(v128.load(row), s00));
      v128.store(row, f64x2.add(v128.load(row, 16), s01), 16);
      row += outBytes;
      v128.store(row, f64x2.add(v128.load(row), s10));
      v128.store(row, f64x2.add(v128.load(row, 16), s11), 16);
      row += outBytes;
      v128.store(row, f64x2.add(v128.load(row), s20));
      v128.store(row, f64x2.add(v128.load(row, 16), s21), 16);
      row += outBytes;
      v128.store(row, f64x2.add(v128.load(row), s30));
      v128.store(row, f64x2.add(v128.load(row, 16), s31), 16);
    }
  }
}
