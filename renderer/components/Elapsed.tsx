import { useEffect, useState } from 'react';
import { formatDuration, NO_VALUE } from '../app/format.ts';

type Props = { startedAtMs: number | null | undefined; endedAtMs: number | null | undefined };

/** How long something took, or has been taking so far: counts on each second until it has ended. */
export function Elapsed({ startedAtMs, endedAtMs }: Props) {
  const isOpen = typeof startedAtMs === 'number' && typeof endedAtMs !== 'number';
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    if (!isOpen) return;
    setNowMs(Date.now());
    const timer = setInterval(() => setNowMs(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [isOpen]);
  if (typeof startedAtMs !== 'number') return <span>{NO_VALUE}</span>;
  return <span>{formatDuration(Math.max(0, (endedAtMs ?? nowMs) - startedAtMs))}</span>;
}
