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

/** Neither sample may be empty. Cost: one pass over the distinct values of both. */
export function pooledGaps(x: Sample, y: Sample): PooledGaps {
  const { size: m, values: left, counts: leftCounts } = x;
  const { size: n, values: right, counts: rightCounts } = y;
  const size = m + n;
  const gaps: PooledGaps = {
    largest: 0,
    area: 0,
    squaredArea: 0,
    spread: 0,
    rankSum: 0,
    tieTerm: 0,
    rankGaps: 0,
    andersonDarling: 0,
    andersonDarlingVariance: 0,
    distinct: 0,
  };
  let { largest, area, squaredArea, spread, rankSum, tieTerm, distinct } = gaps;
  let rankGapsX = 0;
  let rankGapsY = 0;
  let weighted = 0;
  let correlated = 0;
  let earlier = 0;
  let [i, j, belowX, belowY] = [0, 0, 0, 0];
  let gap = 0;
  let width = 0;
  let last = 0;
  while (i < left.length || j < right.length) {
    const a = i < left.length ? (left[i] as number) : Number.POSITIVE_INFINITY;
    const b = j < right.length ? (right[j] as number) : Number.POSITIVE_INFINITY;
    const value = a < b ? a : b;
    if (distinct > 0) {
      const step = value - last;
      area += gap * step;
      squaredArea += gap * gap * step;
      spread += width * step;
    }
    const inX = a === value ? (leftCounts[i++] as number) : 0;
    const inY = b === value ? (rightCounts[j++] as number) : 0;
    const equal = inX + inY;
    const below = belowX + belowY;
    const rank = below + (equal + 1) / 2;
    rankSum += inX * rank;
    tieTerm += equal * equal * equal - equal;
    rankGapsX += squaresOfRun(rank - belowX, inX);
    rankGapsY += squaresOfRun(rank - belowY, inY);
    const middle = below + equal / 2;
    const room = middle * (size - middle) - (size * equal) / 4;
    const off = size * (belowX + inX / 2) - middle * m;
    if (room > 0) {
      weighted += (equal * off * off) / room;
      // Terms j before k correlate by B_j (N − B_k) / √(V_j V_k): the double sum is one pass.
      correlated += equal * (equal / 2 + (earlier * (size - middle) * (size - middle)) / room);
      earlier += (equal * middle * middle) / room;
    }
    belowX += inX;
    belowY += inY;
    gap = Math.abs(belowX / m - belowY / n);
    if (gap > largest) largest = gap;
    const share = (belowX + belowY) / size;
    width = Math.sqrt(share * (1 - share));
    last = value;
    distinct += 1;
  }
  return {
    largest,
    area,
    squaredArea,
    spread,
    rankSum,
    tieTerm,
    rankGaps: m * rankGapsX + n * rankGapsY,
    andersonDarlingVariance: (4 * correlated) / size ** 2,
    andersonDarling: (((size - 1) / size) * weighted * (1 / m + 1 / n)) / size,
    distinct,
  };
}

/** Σ (ahead − k)² for k = 1 … count. */
function squaresOfRun(ahead: number, count: number): number {
  if (count === 1) return (ahead - 1) * (ahead - 1);
  return count * ahead * ahead - ahead * count * (count + 1) + (count * (count + 1) * (2 * count + 1)) / 6;
}
