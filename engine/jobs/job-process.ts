import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../errors.ts';
import { failure } from './job-failure.ts';
import type { FromJobProcess, JobFailure, JobItem, ToJobProcess } from './job-messages.ts';
import { lineSplitter } from './line-splitter.ts';
import { privateBytes } from './memory-watch.ts';

export type JobProcessOptions = {
  script: URL;
  /** The Node binary, or Electron's with ELECTRON_RUN_AS_NODE in `env`. */
  execPath: string;
  env: Record<string, string>;
  kind: string;
  input: unknown;
  tmpDir: string;
  memoryMb: number;
  seconds: number;
  /** Called in order, one item at a time; a rejection ends the job. */
  onItem(item: JobItem): Promise<void>;
  onProgress(fraction: number | null, message: string): void;
  /** A line printed to stdout or stderr. */
  onOutput(stream: 'stdout' | 'stderr', line: string): void;
};

type ProcessOutcome = { output: unknown } | { error: JobFailure };
export type JobProcess = {
  /** Settles when the process has gone and every item was dealt with; never rejects. */
  outcome: Promise<ProcessOutcome>;
  /** Asks the job to stop, and kills it when it has not after a few seconds. */
  cancel(): void;
  kill(): void;
  /** Hands the job a message (see `JobContext.hear`). */
  tell(message: unknown): void;
};

/** A job that was asked to stop gets this long. */
const cancelGraceMs = 3000;
const memoryCheckMs = 250;
const maxTimerMs = 2 ** 31 - 1;
/** What is left in the pipes of a process that has gone comes within this time, or is held open by a stranger. */
const pipeDrainMs = 1000;

/** Runs one job in a process of its own: starts it, watches its memory and time, gathers what it says. */
export function startJobProcess(options: JobProcessOptions): JobProcess {
  const child = fork(fileURLToPath(options.script), [String(process.pid)], {
    execPath: options.execPath,
    execArgv: [`--max-old-space-size=${options.memoryMb}`],
    env: options.env,
    // Typed arrays cross as they are.
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // A group of its own: Ctrl-C in the terminal is for the engine, and a kill reaches what the job started.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  const ending = endingOf(child, options);
  const handled = handleMessages(child, options, ending.settle);

  const send = (message: ToJobProcess): void => {
    if (child.connected) child.send(message, () => {});
  };
  try {
    send({ type: 'start', kind: options.kind, input: options.input, tmpDir: options.tmpDir });
  } catch (thrown) {
    // The input holds something that cannot cross, a function for instance.
    ending.settle({ error: failure('internal', messageOf(thrown)) });
  }

  let graceTimer: NodeJS.Timeout | undefined;
  const outcome = gone(child).then(async (): Promise<ProcessOutcome> => {
    clearTimeout(graceTimer);
    const ended = ending.outcome();
    try {
      await handled();
    } catch (thrown) {
      return { error: failure('internal', messageOf(thrown)) };
    }
    return ended;
  });
  return {
    outcome,
    cancel() {
      send({ type: 'cancel' });
      graceTimer ??= setTimeout(() => killGroup(child), cancelGraceMs);
    },
    kill: () => killGroup(child),
    tell: (message) => send({ type: 'told', message }),
  };
}

/** Decides how the process ended: the first reason counts. */
function endingOf(child: ChildProcess, options: JobProcessOptions) {
  let settled: ProcessOutcome | undefined;
  let ranOutOfHeap = false;
  const settle = (outcome: ProcessOutcome): void => {
    settled ??= outcome;
    stopWatching();
    killGroup(child);
  };
  const stopWatching = watchLimits(child, options, (error) => settle({ error }));

  const stderr = lineSplitter((line) => {
    // The words V8 dies with (v8/src/execution/isolate.cc, heap.cc): "Reached heap limit", "... heap out of memory".
    if (/heap limit|heap out of memory/.test(line)) ranOutOfHeap = true;
    options.onOutput('stderr', line);
  });
  const stdout = lineSplitter((line) => options.onOutput('stdout', line));
  child.stdout?.on('data', (chunk: Buffer) => stdout.write(chunk)).on('end', () => stdout.end());
  child.stderr?.on('data', (chunk: Buffer) => stderr.write(chunk)).on('end', () => stderr.end());

  let exit = 'It could not be started.';
  child.on('error', (error) => {
    exit = messageOf(error);
  });
  child.on('exit', (code, signal) => {
    stopWatching();
    exit =
      signal === null
        ? `It ended with exit code ${code} and without a result.`
        : `It was ended by ${signal}${signal === 'SIGKILL' ? ', by the system or by hand' : ''}.`;
  });
  return {
    settle,
    outcome(): ProcessOutcome {
      if (settled !== undefined) return settled;
      if (ranOutOfHeap) return { error: outOfMemory(options.memoryMb) };
      return { error: failure('jobs/crashed', exit) };
    },
  };
}

/** Passes items on in order, one at a time. The result gives a promise for all of them. */
function handleMessages(
  child: ChildProcess,
  options: JobProcessOptions,
  settle: (outcome: ProcessOutcome) => void,
): () => Promise<void> {
  let handling = Promise.resolve();
  const handle = async (items: JobItem[]): Promise<void> => {
    for (const item of items) await options.onItem(item);
    const taken: ToJobProcess = { type: 'taken', items: items.length };
    if (child.connected) child.send(taken, () => {});
  };
  child.on('message', (message: FromJobProcess) => {
    if (message.type === 'result') {
      settle({ output: message.output });
    } else if (message.type === 'error') {
      settle({ error: message.error });
    } else {
      if (message.progress !== null) options.onProgress(message.progress.fraction, message.progress.message);
      if (message.items.length === 0) return;
      handling = handling.then(() => handle(message.items));
      handling.catch((thrown: unknown) => {
        settle({ error: failure('internal', messageOf(thrown)) });
      });
    }
  });
  return () => handling;
}

/** Ends a job that takes more time or memory than it may. Native memory counts, not only the heap. */
function watchLimits(
  child: ChildProcess,
  { memoryMb, seconds }: JobProcessOptions,
  over: (error: JobFailure) => void,
): () => void {
  const limitBytes = memoryMb * 1024 * 1024;
  // Where the system does not tell, the process says it itself, as often as it says anything.
  let reportedBytes = 0;
  child.on('message', (message: FromJobProcess) => {
    if (message.type === 'batch') reportedBytes = message.rssBytes;
  });
  const check = async (): Promise<void> => {
    if (child.pid === undefined) return;
    const bytes = (await privateBytes(child.pid)) ?? (process.platform === 'linux' ? 0 : reportedBytes);
    if (bytes > limitBytes) over(outOfMemory(memoryMb));
  };
  const memoryTimer = setInterval(check, memoryCheckMs);
  const timeTimer = setTimeout(
    () => over(failure('jobs/timed-out', `The job ran longer than its ${seconds} seconds.`)),
    Math.min(seconds * 1000, maxTimerMs),
  );
  return () => {
    clearInterval(memoryTimer);
    clearTimeout(timeTimer);
  };
}

function outOfMemory(memoryMb: number): JobFailure {
  return failure('jobs/out-of-memory', `The job needed more than its ${memoryMb} MB of memory.`);
}

/** Resolves when the process has gone and its pipes and messages are read to the end. */
function gone(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => {
      if (child.pid === undefined) resolve();
    });
    child.once('exit', () => {
      killRest(child);
      setTimeout(resolve, pipeDrainMs).unref();
    });
  });
}

/** Kills the process and everything that it started. */
function killGroup(child: ChildProcess): void {
  if (child.exitCode === null && child.signalCode === null) killRest(child);
}

/** The same when the process itself has just gone. Not later: its number may be somebody else's by then. */
function killRest(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nothing is left of it.
  }
}
