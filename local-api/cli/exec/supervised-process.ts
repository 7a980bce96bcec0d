import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { constants } from 'node:os';

/** How a command ended: with a code, or by a signal. */
export type Ending = { code: number; signal: NodeJS.Signals | null };

export type SupervisedProcess = {
  pid: number;
  /** Resolves when the command has ended and everything that it printed was passed on. */
  ended: Promise<Ending>;
  /** Asks it to end, harder each time: interrupt, terminate, kill; by itself after a while. */
  stop(): void;
};

const isWindows = process.platform === 'win32';
const ladder = ['SIGINT', 'SIGTERM', 'SIGKILL'] as const;
/** Output of processes that the command left behind is waited for no longer than this. */
const drainMs = 1000;

/**
 * Runs a command in a session of its own, so that a signal reaches everything it started, and Ctrl-C reaches it once and
 * not twice. Its input is this program's; its output goes to `onOutput`.
 *
 * Throws what the system says when the program cannot be started (`ENOENT`, `EACCES`).
 */
export async function startSupervised(options: {
  command: readonly string[];
  environment: NodeJS.ProcessEnv;
  cwd: string;
  graceMs: number;
  /** Without a session of its own: whoever ends the group of this process ends the command too. */
  staysInGroup?: boolean;
  onOutput(stream: 'stdout' | 'stderr', chunk: Buffer): void;
}): Promise<SupervisedProcess> {
  const [program = '', ...args] = options.command;
  const { staysInGroup = false } = options;
  const child = spawn(program, args, {
    env: options.environment,
    cwd: options.cwd,
    stdio: [staysInGroup ? 'ignore' : 'inherit', 'pipe', 'pipe'],
    detached: !isWindows && !staysInGroup,
  });
  const ended = endingOf(child);
  child.stdout.on('data', (chunk: Buffer) => options.onOutput('stdout', chunk));
  child.stderr.on('data', (chunk: Buffer) => options.onOutput('stderr', chunk));
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  const pid = child.pid ?? 0;
  let step = 0;
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    clearTimeout(timer);
    const signal = ladder[Math.min(step, ladder.length - 1)] ?? 'SIGKILL';
    step += 1;
    signalAll(child, signal, staysInGroup);
    if (signal !== 'SIGKILL') timer = setTimeout(stop, options.graceMs);
  };
  return {
    pid,
    ended: ended.finally(() => clearTimeout(timer)),
    stop,
  };
}

function endingOf(child: ChildProcess): Promise<Ending> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      const ending = { code: code ?? 128 + (signal === null ? 0 : constants.signals[signal]), signal };
      child.once('close', () => resolve(ending));
      setTimeout(() => resolve(ending), drainMs).unref();
    });
    child.once('error', () => {
      if (child.pid === undefined) resolve({ code: 127, signal: null });
    });
  });
}

function signalAll(child: ChildProcess, signal: NodeJS.Signals, staysInGroup: boolean): void {
  if (child.pid === undefined) return;
  try {
    if (isWindows)
      spawnSync('taskkill', ['/pid', String(child.pid), '/t', ...(signal === 'SIGKILL' ? ['/f'] : [])]);
    else process.kill(staysInGroup ? child.pid : -child.pid, signal);
  } catch {
    // Nothing is left of it.
  }
}
