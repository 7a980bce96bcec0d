import { setTimeout as pause } from 'node:timers/promises';
import { isErrorCode } from '../../../local-api/contract/index.ts';
import { AssayError } from '../../errors.ts';
import type { RemoteContext } from '../../http/index.ts';
import type { JobContext } from '../../jobs/index.ts';
import { parseReportLine, type ReportLine } from '../../training/index.ts';
import type { RemoteTrainer, RemoteWork } from '../target.ts';

/** What a training elsewhere left. */
export type Done = { report: Extract<ReportLine, { type: 'done' }>; parts: string[] };

type Following = Pick<JobContext<unknown>, 'progress' | 'log' | 'send' | 'signal'> & {
  id: string;
  /** Of the target, for people. */
  target: string;
  trainer: RemoteTrainer;
  remote: RemoteContext;
};

const firstPauseMs = 300;
const usualPauseMs = 2000;
const longestPauseMs = 30_000;
/** The whole output comes with each look: the longer it is, the rarer they are. */
const bytesPerMs = 500;
const lastLines = 20;
/** What V8 says when it dies of it; a trace follows. */
const outOfHeap = /heap limit|heap out of memory/;

/**
 * Follows a training until it has ended: passes on what it reports, and everything else that it prints to the log. A target out
 * of reach is waited for. What was passed on before is passed on again after a restart; points of curves are kept once.
 *
 * Errors: that which the training reports; targets/refused when it was stopped there or is gone; jobs/out-of-memory; jobs/crashed
 * with the end of its output; targets/damaged when it ended without a result.
 */
export async function follow(following: Following): Promise<Done> {
  const { id, target, trainer, remote, signal, progress } = following;
  const reader = createReader(following);
  const patiently = createPatience(following);
  for (let usualMs = firstPauseMs; ; usualMs = Math.min(usualPauseMs, usualMs * 1.5)) {
    const work = await patiently(() => trainer.look(id, remote));
    if (work === null)
      throw new AssayError('targets/refused', `${target} knows the training ${id} no more.`, {
        hint: 'Was the cluster started anew? Try the job again: it is sent there anew.',
      });
    if (work.state === 'waiting') progress(null, `Waits on ${target}. ${work.detail}`.trim());
    const printed = work.state === 'waiting' ? '' : await patiently(() => trainer.printed(id, remote));
    const hasEnded = work.state !== 'waiting' && work.state !== 'running';
    reader.take(printed, hasEnded);
    if (hasEnded) return resultOf(work, reader, following);
    const pauseMs = Math.min(longestPauseMs, usualMs + printed.length / bytesPerMs);
    await pause(pauseMs, undefined, { signal });
  }
}

function resultOf(work: RemoteWork, reader: Reader, { id, target }: Following): Done {
  const { done, failed, parts } = reader.found();
  if (failed !== null) {
    const { code, message, hint, problems } = failed.error;
    throw new AssayError(isErrorCode(code) ? code : 'jobs/crashed', message, {
      hint,
      ...(problems === undefined ? {} : { problems }),
    });
  }
  if (work.state === 'stopped')
    throw new AssayError('targets/refused', `Somebody stopped the training ${id} on ${target}.`);
  if (work.state === 'succeeded' && done !== null) return { report: done, parts };
  const said = work.detail === '' ? 'It says nothing of why.' : work.detail;
  if (work.state === 'succeeded')
    throw new AssayError('targets/damaged', `The training ${id} ended on ${target} without a result.`);
  if (reader.ranOutOfHeap())
    throw new AssayError(
      'jobs/out-of-memory',
      `The training needed more memory on ${target} than its recipe allows.`,
    );
  throw new AssayError('jobs/crashed', `The training failed on ${target}: ${said}`, {
    hint: 'The log of the job has the output there up to its end.',
    problems: reader.lastLines().map((message) => ({ path: '', message })),
  });
}

type Reader = ReturnType<typeof createReader>;

/** Reads an output that grows, given whole each time. */
function createReader({ progress, log, send }: Pick<Following, 'progress' | 'log' | 'send'>) {
  let taken = 0;
  const parts: string[] = [];
  const tail: string[] = [];
  let ranOutOfHeap = false;
  let done: Done['report'] | null = null;
  let failed: Extract<ReportLine, { type: 'failed' }> | null = null;

  const takeLine = (text: string): void => {
    const line = parseReportLine(text);
    if (line === null) {
      if (text.trim() === '') return;
      log(text);
      ranOutOfHeap ||= outOfHeap.test(text);
      tail.push(text);
      if (tail.length > lastLines) tail.shift();
    } else if (line.type === 'metrics') send(line);
    else if (line.type === 'progress') progress(line.fraction, line.message);
    else if (line.type === 'log') log(line.text, line.level);
    else if (line.type === 'part') parts.push(line.base64);
    else if (line.type === 'done') done = line;
    else failed = line;
  };

  return {
    /** `isWhole`: no more comes, so the last line counts although nothing ends it. */
    take(printed: string, isWhole: boolean): void {
      const end = isWhole ? printed.length : printed.lastIndexOf('\n') + 1;
      if (end <= taken) return;
      for (const line of printed.slice(taken, end).split('\n')) takeLine(line);
      taken = end;
    },
    found: () => ({ done, failed, parts }),
    lastLines: () => [...tail],
    ranOutOfHeap: () => ranOutOfHeap,
  };
}

const firstWaitMs = 2000;
const longestWaitMs = 60_000;

/** Does what needs the target again and again while it cannot be reached; the job's own time is the limit. */
export function createPatience({ log, signal, target }: Pick<Following, 'log' | 'signal' | 'target'>) {
  return async <T>(work: () => Promise<T>): Promise<T> => {
    for (let waitMs = firstWaitMs; ; waitMs = Math.min(longestWaitMs, waitMs * 2)) {
      try {
        return await work();
      } catch (thrown) {
        signal.throwIfAborted();
        if (!(thrown instanceof AssayError) || thrown.code !== 'targets/unreachable') throw thrown;
        if (waitMs === firstWaitMs)
          log(`${target} cannot be reached: ${thrown.message} Waiting for it.`, 'warn');
        await pause(waitMs, undefined, { signal });
      }
    }
  };
}
