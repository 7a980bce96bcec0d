export type XY = { x: number; y: number };

/** Pearson's correlation; null for fewer than three points or where one side does not vary. */
export function correlation(points: readonly XY[]): number | null {
  const { n, sxx, syy, sxy } = sums(points);
  return n < 3 || sxx === 0 || syy === 0 ? null : sxy / Math.sqrt(sxx * syy);
}

/** The least squares line; null where x does not vary. */
export function linearFit(points: readonly XY[]): { intercept: number; slope: number } | null {
  const { n, mx, my, sxx, sxy } = sums(points);
  if (n < 2 || sxx === 0) return null;
  const slope = sxy / sxx;
  return { slope, intercept: my - slope * mx };
}

function sums(points: readonly XY[]) {
  const n = points.length;
  const mx = points.reduce((sum, point) => sum + point.x, 0) / n;
  const my = points.reduce((sum, point) => sum + point.y, 0) / n;
  let [sxx, syy, sxy] = [0, 0, 0];
  for (const { x, y } of points) {
    sxx += (x - mx) ** 2;
    syy += (y - my) ** 2;
    sxy += (x - mx) * (y - my);
  }
  return { n, mx, my, sxx, syy, sxy };
}

/**
 * Locally weighted regression: at each of `steps` places a line is fitted to the nearest `share` of the points, with
 * tricube weights. Cleveland, "Robust locally weighted regression and smoothing scatterplots" (1979), without the robust
 * rounds. Costs steps × points.
 *
 * @returns places over the range of x, ascending; none for fewer than four points
 */
export function loess(points: readonly XY[], { share = 0.66, steps = 60 } = {}): XY[] {
  const n = points.length;
  if (n < 4) return [];
  const sorted = [...points].sort((a, b) => a.x - b.x);
  const [from, to] = [sorted[0]?.x ?? 0, sorted[n - 1]?.x ?? 0];
  if (from === to) return [];
  const reach = Math.max(3, Math.ceil(share * n));
  return Array.from({ length: steps }, (_, step) => {
    const x = from + ((to - from) * step) / (steps - 1);
    return { x, y: localLine(sorted, x, reach) };
  });
}

function localLine(points: readonly XY[], at: number, reach: number): number {
  const distances = points.map((point) => Math.abs(point.x - at)).sort((a, b) => a - b);
  // A little wider, so that many points of one x at the very edge still count.
  const farthest = (distances[reach - 1] ?? 0) * 1.1 || Number.MIN_VALUE;
  let [w, wx, wy, wxx, wxy] = [0, 0, 0, 0, 0];
  for (const { x, y } of points) {
    const share = Math.abs(x - at) / farthest;
    if (share >= 1) continue;
    const weight = (1 - share ** 3) ** 3;
    const dx = x - at;
    w += weight;
    wx += weight * dx;
    wy += weight * y;
    wxx += weight * dx * dx;
    wxy += weight * dx * y;
  }
  const variance = wxx / w - (wx / w) ** 2;
  // Points of nearly one x have no slope: their mean stands for them.
  if (!(variance > 1e-4 * farthest ** 2)) return wy / w;
  return (wxx * wy - wx * wxy) / (w * wxx - wx * wx);
}

/** Which way a value is better. */
export type Better = 'higher' | 'lower';

/**
 * The points that no other one beats on both sides (the Pareto front), by ascending x. Costs n log n.
 */
export function paretoFront<P extends XY>(points: readonly P[], x: Better, y: Better): P[] {
  const [sx, sy] = [x === 'higher' ? -1 : 1, y === 'higher' ? -1 : 1];
  const sorted = [...points].sort((a, b) => sx * (a.x - b.x) || sy * (a.y - b.y));
  let best = Number.POSITIVE_INFINITY;
  const front: P[] = [];
  for (const point of sorted) {
    if (sy * point.y >= best) continue;
    best = sy * point.y;
    front.push(point);
  }
  return front.sort((a, b) => a.x - b.x);
}
