export type Curve = { x: number[]; y: number[] };

type Stretch = { from: number; to: number; worst: number; distance: number };

/**
 * Keeps at most `limit` points of a curve, ends included: always adds the point that is farthest from the line drawn so
 * far (Douglas and Peucker 1973, best first). O(points · limit) at worst.
 */
export function thinCurve(curve: Curve, limit: number): Curve {
  const n = curve.x.length;
  if (n <= limit) return curve;
  const kept = new Set([0, n - 1]);
  const stretches = [farthest(curve, 0, n - 1)];
  while (kept.size < limit) {
    const best = stretches.reduce((a, b) => (b.distance > a.distance ? b : a));
    if (best.distance <= 0) break;
    kept.add(best.worst);
    const right = farthest(curve, best.worst, best.to);
    Object.assign(best, farthest(curve, best.from, best.worst));
    stretches.push(right);
  }
  const indices = [...kept].sort((a, b) => a - b);
  return {
    x: indices.map((i) => curve.x[i] as number),
    y: indices.map((i) => curve.y[i] as number),
  };
}

/** The point of a stretch that is farthest from the straight line between its ends. */
function farthest({ x, y }: Curve, from: number, to: number): Stretch {
  const x0 = x[from] as number;
  const y0 = y[from] as number;
  const dx = (x[to] as number) - x0;
  const dy = (y[to] as number) - y0;
  const length = Math.hypot(dx, dy) || 1;
  const stretch = { from, to, worst: from, distance: 0 };
  for (let i = from + 1; i < to; i++) {
    const distance = Math.abs(dx * ((y[i] as number) - y0) - dy * ((x[i] as number) - x0)) / length;
    if (distance > stretch.distance) {
      stretch.distance = distance;
      stretch.worst = i;
    }
  }
  return stretch;
}
