/** Values of the walk that are worked off together: 24 KB, most of the first cache. */
const BLOCK: i32 = 1024;
const PART: usize = (<usize>(BLOCK + 2)) << 3;

/** Two lanes added. */
function lanes(sum: v128): f64 {
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

function scaled(a: v128, factor: f64): v128 {
  return f64x2.mul(a, f64x2.splat(factor));
}

/** Where the walk stands: places in both samples, and how many values lie before them. */
let placeX: usize = 0;
let placeY: usize = 0;
let belowX: f64 = 0;
let belowY: f64 = 0;

/**
 * The next values of both samples together, ascending and each once, and how many values of x and of y lie up to and with each. The first
 * of each list is that of the value before. Gives how many there are, at most `BLOCK`.
 */
function walkCounted(
  xAt: usize,
  xCountsAt: usize,
  xEnd: usize,
  yAt: usize,
  yCountsAt: usize,
  yEnd: usize,
  blockAt: usize,
): i32 {
  let count = 0;
  let p = blockAt;
  let a = load<f64>(xAt + placeX);
  let b = load<f64>(yAt + placeY);
  while (count < BLOCK && placeX + placeY < xEnd + yEnd) {
    p += 8;
    count += 1;
    const inX = <usize>(a <= b);
    const inY = <usize>(b <= a);
    v128.store64_lane(p, f64x2.pmin(f64x2.splat(a), f64x2.splat(b)), 0);
    belowX += load<f64>(xCountsAt + placeX) * <f64>(<i32>inX);
    belowY += load<f64>(yCountsAt + placeY) * <f64>(<i32>inY);
    store<f64>(p + PART, belowX);
    store<f64>(p + 2 * PART, belowY);
    placeX += inX << 3;
    placeY += inY << 3;
    a = load<f64>(xAt + placeX);
    b = load<f64>(yAt + placeY);
  }
  return count;
}

/** The same where every value of a sample occurs once in it. */
function walkSingles(xAt: usize, xEnd: usize, yAt: usize, yEnd: usize, blockAt: usize): i32 {
  let count = 0;
  let p = blockAt;
  let px = placeX;
  let py = placeY;
  let a = load<f64>(xAt + px);
  let b = load<f64>(yAt + py);
  const end = xEnd + yEnd;
  while (count < BLOCK && px + py < end) {
    p += 8;
    count += 1;
    v128.store64_lane(p, f64x2.pmin(f64x2.splat(a), f64x2.splat(b)), 0);
    px += (<usize>(a <= b)) << 3;
    py += (<usize>(b <= a)) << 3;
    store<f64>(p + PART, <f64>(<i32>(px >> 3)));
    store<f64>(p + 2 * PART, <f64>(<i32>(py >> 3)));
    a = load<f64>(xAt + px);
    b = load<f64>(yAt + py);
  }
  placeX = px;
  placeY = py;
  return count;
}

/**
 * Walks two ascending samples of different values, behind each of which +∞ stands. `xCountsAt` and `yCountsAt` say how often each occurs; 0 for both:
 * once. `m` and `n` are the sizes of the samples with all that is equal. Room at `blockAt`: 3 × 1026 × 8 bytes.
 *
 * Writes: largest gap, area, squared area, spread, rank sum of x, sum of t³ − t, rank gaps of x and of y, the weighted sum of A², the sum of its
 * variance (of counted samples only), number of different values.
 */
export function gaps(
  xAt: usize,
  xDistinct: i32,
  xCountsAt: usize,
  yAt: usize,
  yDistinct: i32,
  yCountsAt: usize,
  m: f64,
  n: f64,
  blockAt: usize,
  outAt: usize,
): void {
  const size = m + n;
  const xEnd = (<usize>xDistinct) << 3;
  const yEnd = (<usize>yDistinct) << 3;
  const isCounted = xCountsAt != 0;
  const countsXAt = blockAt + PART;
  const countsYAt = blockAt + 2 * PART;
  const one = f64x2.splat(1.0);
  const half = f64x2.splat(0.5);
  const zero = f64x2.splat(0.0);
  let largest = zero;
  let area = zero;
  let squaredArea = zero;
  let spread = zero;
  let weighted = zero;
  let rankSum = zero;
  let ties = zero;
  let gapsX: f64 = 0;
  let gapsY: f64 = 0;
  let leftX: f64 = 0;
  let leftY: f64 = 0;
  let variance: f64 = 0;
  let earlier: f64 = 0;
  let distinct = 0;
  placeX = 0;
  placeY = 0;
  belowX = 0;
  belowY = 0;
  store<f64>(
    blockAt,
    f64x2.extract_lane(f64x2.pmin(f64x2.splat(load<f64>(xAt)), f64x2.splat(load<f64>(yAt))), 0),
  );
  store<f64>(countsXAt, 0);
  store<f64>(countsYAt, 0);
  while (placeX + placeY < xEnd + yEnd) {
    const count = isCounted
      ? walkCounted(xAt, xCountsAt, xEnd, yAt, yCountsAt, yEnd, blockAt)
      : walkSingles(xAt, xEnd, yAt, yEnd, blockAt);
    distinct += count;
    const end = (<usize>count) << 3;
    // An odd number is filled up with the last once more, which no value adds to.
    store<f64>(blockAt + end, load<f64>(blockAt + end), 8);
    store<f64>(countsXAt + end, load<f64>(countsXAt + end), 8);
    store<f64>(countsYAt + end, load<f64>(countsYAt + end), 8);
    let squaresX = zero;
    let squaresY = zero;
    for (let p: usize = 0; p < end; p += 16) {
      const step = f64x2.sub(v128.load(blockAt + p, 8), v128.load(blockAt + p));
      const beforeX = v128.load(countsXAt + p);
      const beforeY = v128.load(countsYAt + p);
      const inX = f64x2.sub(v128.load(countsXAt + p, 8), beforeX);
      const inY = f64x2.sub(v128.load(countsYAt + p, 8), beforeY);
      const below = f64x2.add(beforeX, beforeY);
      const equal = f64x2.add(inX, inY);
      // Between the value before and this one.
      const gap = f64x2.abs(f64x2.sub(scaled(beforeX, 1.0 / m), scaled(beforeY, 1.0 / n)));
      largest = f64x2.pmax(largest, gap);
      const piece = f64x2.mul(gap, step);
      area = f64x2.add(area, piece);
      squaredArea = f64x2.add(squaredArea, f64x2.mul(gap, piece));
      const share = scaled(below, 1.0 / size);
      const width = f64x2.sqrt(f64x2.pmax(zero, f64x2.mul(share, f64x2.sub(one, share))));
      spread = f64x2.add(spread, f64x2.mul(width, step));
      // At this value.
      const middle = f64x2.add(below, f64x2.mul(equal, half));
      const off = f64x2.sub(scaled(f64x2.add(beforeX, f64x2.mul(inX, half)), size), scaled(middle, m));
      const room = f64x2.sub(
        f64x2.mul(middle, f64x2.sub(f64x2.splat(size), middle)),
        scaled(equal, size / 4),
      );
      const term = f64x2.div(f64x2.mul(equal, f64x2.mul(off, off)), room);
      weighted = f64x2.add(weighted, v128.and(term, f64x2.gt(room, zero)));
      const rank = f64x2.add(middle, half);
      rankSum = f64x2.add(rankSum, f64x2.mul(inX, rank));
      ties = f64x2.add(ties, f64x2.sub(f64x2.mul(f64x2.mul(equal, equal), equal), equal));
      squaresX = f64x2.add(squaresX, squaresOfRun(f64x2.sub(rank, beforeX), inX));
      squaresY = f64x2.add(squaresY, squaresOfRun(f64x2.sub(rank, beforeY), inY));
    }
    // The rank gaps live on digits that adding to so large sums would lose (Kahan 1965).
    const correctedX = lanes(squaresX) - leftX;
    const nextX = gapsX + correctedX;
    leftX = nextX - gapsX - correctedX;
    gapsX = nextX;
    const correctedY = lanes(squaresY) - leftY;
    const nextY = gapsY + correctedY;
    leftY = nextY - gapsY - correctedY;
    gapsY = nextY;
    if (isCounted) {
      for (let p: usize = 0; p < end; p += 8) {
        const below = load<f64>(countsXAt + p) + load<f64>(countsYAt + p);
        const equal = load<f64>(countsXAt + p, 8) + load<f64>(countsYAt + p, 8) - below;
        const middle = below + equal / 2;
        const above = size - middle;
        const room = middle * above - (size * equal) / 4;
        if (room > 0) {
          const share = 1.0 / room;
          variance += equal * (equal / 2 + earlier * above * above * share);
          earlier += equal * middle * middle * share;
        }
      }
    }
    store<f64>(blockAt, load<f64>(blockAt + end));
    store<f64>(countsXAt, load<f64>(countsXAt + end));
    store<f64>(countsYAt, load<f64>(countsYAt + end));
  }
  const most = f64x2.pmax(largest, v128.shuffle<f64>(largest, largest, 1, 0));
  store<f64>(outAt, f64x2.extract_lane(most, 0));
  store<f64>(outAt, lanes(area), 8);
  store<f64>(outAt, lanes(squaredArea), 16);
  store<f64>(outAt, lanes(spread), 24);
  store<f64>(outAt, lanes(rankSum), 32);
  store<f64>(outAt, lanes(ties), 40);
  store<f64>(outAt, gapsX, 48);
  store<f64>(outAt, gapsY, 56);
  store<f64>(outAt, lanes(weighted), 64);
  store<f64>(outAt, variance, 72);
  store<f64>(outAt, <f64>distinct, 80);
}

/** Σ (ahead − k)² for k = 1 … count. */
function squaresOfRun(ahead: v128, count: v128): v128 {
  const next = f64x2.add(count, f64x2.splat(1.0));
  const sum = f64x2.mul(next, f64x2.add(count, next));
  return f64x2.mul(
    count,
    f64x2.add(f64x2.mul(ahead, f64x2.sub(ahead, next)), f64x2.div(sum, f64x2.splat(6.0))),
  );
}
