import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isErrorCode } from '../../../local-api/contract/errors.ts';
import { AssayError } from '../../errors.ts';
import { type JobProcess, startJobProcess } from '../../jobs/index.ts';
import type { LivePoint } from '../live-metrics.ts';
import type { FoldTask, FoldTaskResult, FromWorker, ToWorker, WorkerInput } from './fold-task.ts';

export type FitHooks = { begins?(): void; points?(points: LivePoint[]): void };

/** Fits folds in worker processes, which are kept from task to task. */
export type TrialPool = {
  /**
   * The result of a task, whichever worker does it; tasks are taken up in the order in which they are handed in. Errors: those of
   * `fitFold`, `jobs/out-of-memory` and `jobs/crashed` of the worker, the reason of `signal`.
   */
  fit(task: FoldTask, signal: AbortSignal, hooks?: FitHooks): Promise<FoldTaskResult>;
  /** Ends the workers at once. */
  close(): Promise<void>;
};

type Pending = {
  id: number;
  task: FoldTask;
  hooks: FitHooks;
  resolve(result: FoldTaskResult): void;
  reject(reason: unknown): void;
};
type Worker = { process: JobProcess; isReady: boolean; current: Pending | null };

/** A worker that was told to drop its task gets this long. */
const dropMs = 1500;

/** Starts workers when there is something to do, `workers` at most, each within `memoryMb`. */
export function createTrialPool(options: {
  input: WorkerInput;
  workers: number;
  memoryMb: number;
  seconds: number;
  tmpDir: string;
  /** The script that job processes run. */
  script: URL;
  log(text: string, level: 'info' | 'warn'): void;
}): TrialPool {
  const waiting: Pending[] = [];
  const workers = new Set<Worker>();
  let nextId = 0;
  /** Workers whose folder is being made. */
  let starting = 0;
  let isClosed = false;

  const hand = (worker: Worker): void => {
    if (worker.current !== null || !worker.isReady) return;
    const next = waiting.shift();
    if (next === undefined) return;
    worker.current = next;
    next.hooks.begins?.();
    worker.process.tell({ type: 'fit', id: next.id, task: next.task } satisfies ToWorker);
  };
  const take = (worker: Worker, message: FromWorker): void => {
    if (message.type === 'ready') worker.isReady = true;
    else if (worker.current?.id === message.id) {
      if (message.type === 'points') {
        worker.current.hooks.points?.(message.points);
        return;
      }
      const { resolve, reject } = worker.current;
      worker.current = null;
      if (message.type === 'fitted') resolve(message.result);
      else reject(errorOf(message.code, message.message));
    }
    hand(worker);
  };
  const start = async (): Promise<void> => {
    const tmpDir = join(options.tmpDir, `worker-${nextId++}`);
    starting += 1;
    try {
      await mkdir(tmpDir, { recursive: true });
    } finally {
      starting -= 1;
    }
    if (isClosed) return;
    const worker: Worker = {
      isReady: false,
      current: null,
      process: startJobProcess({
        script: options.script,
        execPath: process.execPath,
        env: environment(),
        kind: 'study-worker',
        input: options.input,
        tmpDir,
        memoryMb: options.memoryMb,
        seconds: options.seconds,
        // What a worker sends is a FromWorker.
        onItem: async (item) => {
          if (item.type === 'message') take(worker, item.message as FromWorker);
        },
        onProgress() {},
        onOutput: (stream, line) => options.log(line, stream === 'stderr' ? 'warn' : 'info'),
      }),
    };
    workers.add(worker);
    const outcome = await worker.process.outcome;
    workers.delete(worker);
    const error = 'error' in outcome ? errorOf(outcome.error.code, outcome.error.message) : null;
    const reason = error ?? new AssayError('jobs/crashed', 'A worker of the search ended.');
    worker.current?.reject(reason);
    // One that could not even read the data: no other will.
    if (!worker.isReady && !isClosed) for (const { reject } of waiting.splice(0)) reject(reason);
    fill();
  };
  const fill = (): void => {
    for (const worker of workers) hand(worker);
    const idle = [...workers].filter(({ current }) => current === null).length;
    const free = options.workers - workers.size - starting;
    const wanted = Math.min(free, waiting.length - idle - starting);
    for (let i = 0; i < wanted && !isClosed; i++) void start();
  };

  return {
    fit(task, signal, hooks = {}) {
      signal.throwIfAborted();
      const { promise, resolve, reject } = Promise.withResolvers<FoldTaskResult>();
      const pending: Pending = { id: nextId++, task, hooks, resolve, reject };
      const abort = (): void => {
        const place = waiting.indexOf(pending);
        if (place >= 0) waiting.splice(place, 1);
        const worker = [...workers].find(({ current }) => current === pending);
        worker?.process.tell({ type: 'drop', id: pending.id } satisfies ToWorker);
        setTimeout(() => {
          if (worker?.current === pending) worker.process.kill();
        }, dropMs).unref();
        reject(signal.reason);
      };
      signal.addEventListener('abort', abort, { once: true });
      waiting.push(pending);
      fill();
      return promise.finally(() => signal.removeEventListener('abort', abort));
    },
    async close() {
      isClosed = true;
      const ended = [...workers].map(({ process: worker }) => {
        worker.kill();
        return worker.outcome;
      });
      await Promise.all(ended);
    },
  };
}

function errorOf(code: string, message: string): AssayError {
  return new AssayError(isErrorCode(code) ? code : 'internal', message);
}

/** That of the job itself, which has been cut down to what job processes need. */
function environment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
