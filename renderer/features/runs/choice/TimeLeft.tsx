import { useEffect, useState } from 'react';
import { timeLeftText } from './choice-words.ts';

type Props = {
  budgetSeconds: number;
  /** As last told. */
  usedSeconds: number;
  isPaused: boolean;
};

/** How much of a budget is left; counts down by itself from when it was last told. */
export function TimeLeft({ budgetSeconds, usedSeconds, isPaused }: Props) {
  const [told, setTold] = useState(() => ({ usedSeconds, atMs: Date.now() }));
  const [nowMs, setNowMs] = useState(() => Date.now());
  if (told.usedSeconds !== usedSeconds) setTold({ usedSeconds, atMs: Date.now() });
  useEffect(() => {
    if (isPaused) return;
    const timer = setInterval(() => setNowMs(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [isPaused]);
  const sinceSeconds = isPaused ? 0 : Math.max(0, nowMs - told.atMs) / 1000;
  return <span>{timeLeftText(budgetSeconds - usedSeconds - sinceSeconds)}</span>;
}
