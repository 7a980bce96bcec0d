import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { Run } from '../../../../local-api/contract/index.ts';
import { formatDateTime } from '../../../app/format.ts';
import { type ControlState, controlState } from './control-state.ts';
import classes from './page.module.css';

type Props = { run: Run; onLog: () => void; hasLog: boolean };

/** How far a stop has come, or why a run ended as it did. Nothing for a run that goes its way. */
export function ControlNotice({ run, onLog, hasLog }: Props) {
  const nowMs = useSeconds(run.endedAtMs === null);
  const state = controlState(run, nowMs);
  if (state === null) return null;
  return (
    <div className={classes.notice} data-tone={state.tone} role="status">
      <strong>{state.title}</strong> <span>{textOf(state)}</span>
      {hasLog && state.tone === 'bad' ? (
        <Button variant="default" onClick={onLog}>
          Show the log
        </Button>
      ) : null}
    </div>
  );
}

function textOf({ text, atMs }: ControlState): string {
  return atMs === null ? text : `${text} (${formatDateTime(atMs)})`;
}

/** The time, moved on once a second while it matters. */
function useSeconds(isMoving: boolean): number {
  const [nowMs, setNowMs] = useState(Date.now);
  useEffect(() => {
    if (!isMoving) return;
    const timer = setInterval(() => setNowMs(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [isMoving]);
  return nowMs;
}
