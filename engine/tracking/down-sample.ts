/** Points of a curve as the database gives them: step, timestamp, value, is_nan. */
export type PointRow = [step: number, timestampMs: number, value: number, isNan: number];

/**
 * Thins a curve out to at most `maxPoints` points while it is read, in constant memory: the first and the last point,
 * and of each of the equal parts between them (by number of points) the lowest and the highest, in their order. A part
 * that holds nothing but NaN keeps one of those. So no peak is lost, unlike with averages or every n-th point.
 *
 * `total` is the number of points that will be added; `maxPoints` at least 2. Cost: one look at each point.
 * Source: min–max decimation as in M4 (Jugel et al., VLDB 2014), without its per-part first and last.
 */
export function createDownSampler(total: number, maxPoints: number) {
  const kept: PointRow[] = [];
  const isThinned = total > maxPoints;
  const inner = Math.max(0, total - 2);
  const parts = Math.floor((maxPoints - 2) / 2);
  let seen = 0;
  let part = -1;
  let low: PointRow | null = null;
  let high: PointRow | null = null;
  let lowAt = 0;
  let highAt = 0;
  let nan: PointRow | null = null;

  const endPart = (): void => {
    if (low !== null && high !== null) {
      if (lowAt === highAt) kept.push(low);
      else if (lowAt < highAt) kept.push(low, high);
      else kept.push(high, low);
    } else if (nan !== null) kept.push(nan);
    low = null;
    high = null;
    nan = null;
  };

  return {
    add(point: PointRow): void {
      const at = seen;
      seen += 1;
      if (!isThinned || at === 0) {
        kept.push(point);
        return;
      }
      if (at >= total - 1) {
        endPart();
        kept.push(point);
        return;
      }
      if (parts === 0) return;
      const ofPart = Math.floor(((at - 1) * parts) / inner);
      if (ofPart !== part) {
        endPart();
        part = ofPart;
      }
      if (point[3] === 1) {
        nan ??= point;
        return;
      }
      if (low === null || point[2] < low[2]) {
        low = point;
        lowAt = at;
      }
      if (high === null || point[2] > high[2]) {
        high = point;
        highAt = at;
      }
    },
    points: (): PointRow[] => kept,
  };
}
