import type { EndpointStats } from '../../../local-api/contract/index.ts';
import type { LineSeries } from '../../charts/LineChart.tsx';

const sliceMs = 10_000;

type Point = EndpointStats['points'][number];

/**
 * A curve an arm over the whole window, a value each ten seconds.
 *
 * @param empty the value where there was no request: 0 for counts, null for what is then unknown
 */
export function seriesOf(
  { points, windowSeconds }: Pick<EndpointStats, 'points' | 'windowSeconds'>,
  nowMs: number,
  read: (point: Point) => number | null,
  empty: 0 | null,
): LineSeries[] {
  const last = Math.floor(nowMs / sliceMs) * sliceMs;
  const slices = Math.floor((windowSeconds * 1000) / sliceMs);
  const x = Array.from({ length: slices }, (_, i) => last - (slices - 1 - i) * sliceMs);
  const arms = [...new Set(points.map(({ arm }) => arm))].sort();
  return arms.map((arm) => {
    const known = new Map(points.filter((point) => point.arm === arm).map((point) => [point.atMs, point]));
    const y = x.map((atMs) => {
      const point = known.get(atMs);
      return point === undefined ? empty : read(point);
    });
    // Where the value is unknown most of the time, a point alone would not be seen as a line.
    return { id: arm, label: arm, x, y, showsPoints: empty === null };
  });
}
