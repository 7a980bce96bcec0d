import { wasmWalk } from './kernel/wasm-kernel.ts';
import type { Sample } from './sample.ts';

/** What one walk over both samples in ascending order gives; F is the distribution function of x, G that of y. */
export type PooledGaps = {
  /** max |F − G|. */
  largest: number;
  /** ∫ |F − G|. */
  area: number;
  /** ∫ (F − G)². */
  squaredArea: number;
  /** ∫ √(H (1 − H)), H the distribution function of both together. */
  spread: number;
  /** Sum of the ranks of x among all values; equal values share the mean of theirs. */
  rankSum: number;
  /** Sum of t³ − t over groups of t equal values. */
  tieTerm: number;
  /** m Σ(rᵢ − i)² + n Σ(sⱼ − j)², r and s the ranks of x and y (Cramér–von Mises). */
  rankGaps: number;
  /** Anderson and Darling's k-sample A² with mid-ranks. */
  andersonDarling: number;
  /** Variance of A² for large samples with these ties: 2 Σ Σ of the squared correlations of its terms; 0.58 without ties. */
  andersonDarlingVariance: number;
  /** Different values of both together. */
  distinct: number;
};

/** 2 Σ 1/(j (j + 1))² = 2 (π²/3 − 3): the variance of A² for large samples without ties. */
export const UNTIED_VARIANCE = 2 * (Math.PI ** 2 / 3 - 3);

/** Length of a block less one, a run of ones. */
const BLOCK = 511;

/** Below it the library's arithmetic is quicker than a way into WebAssembly. */
const SMALL = 4000;

/**
 * Neither sample may be empty. Cost: one pass over the distinct values of both; many are walked by WebAssembly where there is some: two
 * million in some 26 ms, a third of what `plainGaps` takes.
 */
export function pooledGaps(x: Sample, y: Sample): PooledGaps {
  const isSmall = x.values.length + y.values.length < SMALL;
  return (isSmall ? null : walkedGaps(x, y)) ?? plainGaps(x, y);
}

function walkedGaps(x: Sample, y: Sample): PooledGaps | null {
  const isUntied = x.values.length === x.size && y.values.length === y.size;
  const [m, n, size] = [x.size, y.size, x.size + y.size];
  let sums = wasmWalk(x, y, !isUntied);
  // A value of x that y has too: only counted walks know the variance then.
  if (isUntied && sums !== null && sums.distinct < size) sums = wasmWalk(x, y, true);
  if (sums === null) return null;
  const { rankGapsX, rankGapsY, weighted, variance, ...gaps } = sums;
  return {
    ...gaps,
    rankGaps: m * rankGapsX + n * rankGapsY,
    andersonDarling: ((size - 1) / size) * weighted * (1 / m + 1 / n) * (1 / size),
    andersonDarlingVariance: gaps.distinct === size ? UNTIED_VARIANCE : (4 * variance) / size ** 2,
  };
}

/** The same in TypeScript. */
export function plainGaps(x: Sample, y: Sample): PooledGaps {
  const isUntied = x.values.length === x.size && y.values.length === y.size;
  return (isUntied ? untiedGaps(x.values, y.values) : null) ?? tiedGaps(x, y);
}

/** The same where every value occurs once, which leaves less to do at each; null when both samples share one. */
function untiedGaps(left: Float64Array, right: Float64Array): PooledGaps | null {
  const [m, n] = [left.length, right.length];
  const size = m + n;
  const [perM, perN, perSize, quarter] = [1 / m, 1 / n, 1 / size, size / 4];
  let largest = 0;
  let area = 0;
  let squaredArea = 0;
  let spread = 0;
  let rankSum = 0;
  const rankGapsX = compensatedSum();
  const rankGapsY = compensatedSum();
  let weighted = 0;
  // Squares are summed in blocks: added one by one to so large a sum they would lose the digits that the criterion lives on.
  let blockX = 0;
  let blockY = 0;
  let gap = 0;
  let width = 0;
  let i = 0;
  let j = 0;
  let a = left[0] as number;
  let b = right[0] as number;
  let last = a < b ? a : b;
  for (let below = 0; below < size; below++) {
    if (a === b) return null;
    const isX = a < b;
    const value = isX ? a : b;
    const step = value - last;
    last = value;
    area += gap * step;
    squaredArea += gap * gap * step;
    spread += width * step;
    const middle = below + 0.5;
    const off = size * (isX ? i + 0.5 : i) - middle * m;
    weighted += (off * off) / (middle * (size - middle) - quarter);
    if (isX) {
      rankSum += below + 1;
      blockX += j * j;
      i += 1;
      a = i < m ? (left[i] as number) : Number.POSITIVE_INFINITY;
    } else {
      blockY += i * i;
      j += 1;
      b = j < n ? (right[j] as number) : Number.POSITIVE_INFINITY;
    }
    if ((below & BLOCK) === BLOCK) {
      rankGapsX.add(blockX);
      rankGapsY.add(blockY);
      blockX = 0;
      blockY = 0;
    }
    gap = Math.abs(i * perM - j * perN);
    if (gap > largest) largest = gap;
    const share = (below + 1) * perSize;
    width = Math.sqrt(share * (1 - share));
  }
  return {
    largest,
    area,
    squaredArea,
    spread,
    rankSum,
    tieTerm: 0,
    rankGaps: m * rankGapsX.add(blockX) + n * rankGapsY.add(blockY),
    andersonDarling: ((size - 1) / size) * weighted * (1 / m + 1 / n) * perSize,
    andersonDarlingVariance: UNTIED_VARIANCE,
    distinct: size,
  };
}

function tiedGaps(x: Sample, y: Sample): PooledGaps {
  const { size: m, values: left, counts: leftCounts } = x;
  const { size: n, values: right, counts: rightCounts } = y;
  const size = m + n;
  const [perM, perN, perSize, quarter] = [1 / m, 1 / n, 1 / size, size / 4];
  let [largest, area, squaredArea, spread] = [0, 0, 0, 0];
  let [rankSum, tieTerm, weighted, distinct] = [0, 0, 0, 0];
  const rankGapsX = compensatedSum();
  const rankGapsY = compensatedSum();
  let [i, j, belowX, belowY, gap, width] = [0, 0, 0, 0, 0, 0];
  let a = left[0] as number;
  let b = right[0] as number;
  let last = a < b ? a : b;
  while (i < left.length || j < right.length) {
    const value = a < b ? a : b;
    const step = value - last;
    area += gap * step;
    squaredArea += gap * gap * step;
    spread += width * step;
    last = value;
    const below = belowX + belowY;
    const inX = a === value ? (leftCounts[i++] as number) : 0;
    const inY = b === value ? (rightCounts[j++] as number) : 0;
    if (inX > 0) a = i < left.length ? (left[i] as number) : Number.POSITIVE_INFINITY;
    if (inY > 0) b = j < right.length ? (right[j] as number) : Number.POSITIVE_INFINITY;
    const equal = inX + inY;
    const rank = below + (equal + 1) / 2;
    rankSum += inX * rank;
    if (inX > 0) rankGapsX.add(squaresOfRun(rank - belowX, inX));
    if (inY > 0) rankGapsY.add(squaresOfRun(rank - belowY, inY));
    tieTerm += equal * equal * equal - equal;
    const off = size * (belowX + inX / 2) - (below + equal / 2) * m;
    belowX += inX;
    belowY += inY;
    const middle = below + equal / 2;
    const room = middle * (size - middle) - quarter * equal;
    if (room > 0) weighted += (equal * off * off) / room;
    gap = belowX * perM - belowY * perN;
    if (gap < 0) gap = -gap;
    if (gap > largest) largest = gap;
    const share = (belowX + belowY) * perSize;
    width = Math.sqrt(share * (1 - share));
    distinct += 1;
  }
  return {
    largest,
    area,
    squaredArea,
    spread,
    rankSum,
    tieTerm,
    rankGaps: m * rankGapsX.add(0) + n * rankGapsY.add(0),
    andersonDarling: ((size - 1) / size) * weighted * (1 / m + 1 / n) * perSize,
    andersonDarlingVariance: distinct === size ? UNTIED_VARIANCE : tiedVariance(x, y),
    distinct,
  };
}

/**
 * 2 Σ Σ w_j w_k r_jk², the weights and correlations of the terms of A². Terms j before k correlate by B_j (N − B_k) / √(V_j V_k), so that
 * the double sum is one pass.
 */
function tiedVariance(x: Sample, y: Sample): number {
  const size = x.size + y.size;
  let [i, j, below, sum, earlier] = [0, 0, 0, 0, 0];
  while (i < x.values.length || j < y.values.length) {
    const a = i < x.values.length ? (x.values[i] as number) : Number.POSITIVE_INFINITY;
    const b = j < y.values.length ? (y.values[j] as number) : Number.POSITIVE_INFINITY;
    const equal = (a <= b ? (x.counts[i++] as number) : 0) + (b <= a ? (y.counts[j++] as number) : 0);
    const middle = below + equal / 2;
    const room = middle * (size - middle) - (size * equal) / 4;
    if (room > 0) {
      sum += equal * (equal / 2 + (earlier * (size - middle) * (size - middle)) / room);
      earlier += (equal * middle * middle) / room;
    }
    below += equal;
  }
  return (4 * sum) / size ** 2;
}

/** Σ (ahead − k)² for k = 1 … count. */
function squaresOfRun(ahead: number, count: number): number {
  if (count === 1) return (ahead - 1) * (ahead - 1);
  return count * ahead * ahead - ahead * count * (count + 1) + (count * (count + 1) * (2 * count + 1)) / 6;
}

/** Adds up and keeps what rounding leaves over (Kahan 1965); `add` gives the sum so far. */
function compensatedSum(): { add(value: number): number } {
  let sum = 0;
  let left = 0;
  return {
    add(value) {
      const corrected = value - left;
      const next = sum + corrected;
      left = next - sum - corrected;
      sum = next;
      return sum;
    },
  };
}
