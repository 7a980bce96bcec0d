import { useCallback, useSyncExternalStore } from 'react';
import { client } from '../../../app/api.ts';
import { events } from '../../../app/events.ts';
import { CurveStore, curvePath } from './curve-store.ts';
import classes from './RunsTable.module.css';

const WIDTH = 64;
const HEIGHT = 16;
const MAX_POINTS = 40;

const store = new CurveStore(
  async (runIds, keys) =>
    (await client.runs.metrics({ body: { runIds, keys, maxPoints: MAX_POINTS } })).series,
  (run, ms) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
);

let isFollowing = false;
/** The store lives as long as the page, so it listens once and for good. */
function follow(): void {
  if (isFollowing) return;
  isFollowing = true;
  events.onEvent((event) => {
    if (event.type === 'metrics.logged') store.touch(event.data.runId, event.data.keys);
  });
}

/** The curve of a metric of one run, as large as a word. Reads nothing for runs that have one point. */
export function Sparkline({ runId, metric, points }: { runId: string; metric: string; points: number }) {
  const hasCurve = points > 1;
  const curve = useSyncExternalStore(
    useCallback(
      (onChange: () => void) => {
        follow();
        return hasCurve ? store.watch(runId, metric, onChange) : () => undefined;
      },
      [runId, metric, hasCurve],
    ),
    () => store.get(runId, metric),
  );
  const path = hasCurve && curve ? curvePath(curve, WIDTH, HEIGHT - 2) : '';
  return (
    <svg
      className={classes.sparkline}
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 -1 ${WIDTH} ${HEIGHT}`}
      aria-hidden="true"
      data-curve={path === '' ? undefined : ''}
    >
      {path === '' ? null : <path d={path} />}
    </svg>
  );
}
