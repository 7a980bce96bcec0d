import { useEffect, useState } from 'react';
import { formatDuration } from '../../../app/format.ts';
import { timeLeftMs } from './choice-words.ts';

type Props = {
  budgetSeconds: number;
  /** Of the budget, as last told. */
  usedShare: number;
  isPaused: boolean;
};

/** How much of a budget is left; counts down by itself between the messages of the job. */
export function TimeLeft({ budgetSeconds, usedShare, isPaused }: Props) {
  const [told, setTold] = useState(() => ({ usedShare, atMs: Date.now() }));
  const [nowMs, setNowMs] = useState(() => Date.now());
  if (told.usedShare !== usedShare) setTold({ usedShare, atMs: Date.now() });
  useEffect(() => {
    if (isPaused) return;
    const timer = setInterval(() => setNowMs(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [isPaused]);
  const sinceMs = isPaused ? 0 : Math.max(0, nowMs - told.atMs);
  const leftMs = timeLeftMs(budgetSeconds, usedShare, sinceMs);
  return (
    <span>
      {leftMs < 1000
        ? 'none: it is being brought together'
        : formatDuration(1000 * Math.round(leftMs / 1000))}
    </span>
  );
}
