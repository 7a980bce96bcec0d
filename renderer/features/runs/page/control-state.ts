import type { Run } from '../../../../local-api/contract/index.ts';

/** What there is to say about the control over a run; `atMs` is when it happened. */
export type ControlState = {
  tone: 'warn' | 'bad' | 'idle';
  title: string;
  text: string;
  atMs: number | null;
};

/** `assay exec` kills ten seconds after a second request; a few more for the answer to arrive. */
const ANSWER_MS = 30_000;

/** Whether Assay can end the run: it has a job, or its process asks whether it should stop. */
export function canStop(run: Run): boolean {
  return run.jobId !== null || run.tags['assay.keeper'] !== undefined;
}

export function isActive({ status }: Pick<Run, 'status'>): boolean {
  return status === 'running' || status === 'scheduled';
}

/**
 * The state of a stop that was asked for, or why a run without a job ended badly (a job tells of its failure itself).
 * Null when there is nothing to say.
 */
export function controlState(run: Run, nowMs: number): ControlState | null {
  const askedAtMs = Date.parse(run.tags['assay.stop_requested'] ?? '');
  const error = run.tags['assay.error'];
  if (isActive(run)) return Number.isNaN(askedAtMs) ? null : stopping(askedAtMs, nowMs);
  if (error?.startsWith('runs/silent')) {
    return {
      tone: 'bad',
      title: 'Its process died.',
      text: `${error.replace(/^[^:]*: /, '')} The run counts as stopped at the last it told.`,
      atMs: run.endedAtMs,
    };
  }
  if (run.status === 'killed' && !Number.isNaN(askedAtMs))
    return { tone: 'idle', title: 'Stopped on request.', text: endOf(run), atMs: run.endedAtMs };
  if (run.status === 'killed' && run.tags['assay.exit_signal'] !== undefined)
    return { tone: 'bad', title: 'Killed from outside.', text: endOf(run), atMs: run.endedAtMs };
  if (run.status === 'failed' && run.tags['assay.exit_code'] !== undefined)
    return { tone: 'bad', title: 'The command failed.', text: endOf(run), atMs: run.endedAtMs };
  if (run.status === 'failed' && run.jobId === null && error !== undefined)
    return { tone: 'bad', title: 'The run failed.', text: error, atMs: run.endedAtMs };
  return null;
}

function stopping(askedAtMs: number, nowMs: number): ControlState {
  const seconds = Math.max(0, Math.round((nowMs - askedAtMs) / 1000));
  if (nowMs - askedAtMs <= ANSWER_MS) {
    return {
      tone: 'warn',
      title: 'Stopping …',
      text: `Asked ${seconds} s ago. The process is interrupted first, terminated after 10 seconds and killed after 20.`,
      atMs: null,
    };
  }
  return {
    tone: 'bad',
    title: 'It did not answer.',
    text: `Asked to stop ${seconds} s ago. Its process may hang, or its machine may be gone; it counts as dead when nothing was heard from it for a minute.`,
    atMs: null,
  };
}

function endOf({ tags }: Run): string {
  const signal = tags['assay.exit_signal'];
  const code = tags['assay.exit_code'];
  if (signal !== undefined) return `The process ended by ${signal}.`;
  return code === undefined ? '' : `It ended with exit code ${code}.`;
}
