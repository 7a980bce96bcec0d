import { useEffect, useState } from 'react';
import { formatDateTime, formatRelative, NO_VALUE } from '../app/format.ts';

/** "5 min. ago", kept up to date; the full time is in the tooltip. */
export function RelativeTime({ timeMs }: { timeMs: number | null | undefined }) {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  if (timeMs === null || timeMs === undefined) return <span>{NO_VALUE}</span>;
  return (
    <time dateTime={new Date(timeMs).toISOString()} title={formatDateTime(timeMs)}>
      {formatRelative(timeMs, Math.max(nowMs, timeMs))}
    </time>
  );
}
