import { Worker } from 'node:worker_threads';
import { AssayError } from '../../errors.ts';
import type { Fault, ReadingKind, ReadingKinds, ReadingReply } from './reading-calls.ts';

/** A thread that reads the database beside the event loop. It is started by the first call. */
export type Reading = {
  call<K extends ReadingKind>(kind: K, input: ReadingKinds[K]['input']): Promise<ReadingKinds[K]['output']>;
  /** Ends the thread at once; calls that wait for it are refused. The next call starts a new one. */
  stop(): Promise<void>;
};

type Waiting = { resolve(value: unknown): void; reject(thrown: unknown): void };

function thrownBy({ code, message, hint, problems }: Fault): Error {
  if (code === null) return new Error(message);
  return new AssayError(code, message, {
    ...(hint === undefined ? {} : { hint }),
    ...(problems === undefined ? {} : { problems }),
  });
}

/** `path` is the database file, which has to be upgraded already. Starting takes some tens of milliseconds, once. */
export function createReading(path: string): Reading {
  let worker: Worker | null = null;
  let nextId = 1;
  const waiting = new Map<number, Waiting>();

  const refuseAll = (thrown: unknown): void => {
    for (const { reject } of waiting.values()) reject(thrown);
    waiting.clear();
  };

  const start = (): Worker => {
    // Beside this file; a bundle has it as a file of its own, under the same name.
    const program = import.meta.url.endsWith('.ts') ? './reading-thread.ts' : './reading-thread.js';
    const started = new Worker(new URL(program, import.meta.url), { workerData: { path } });
    started.on('message', (reply: ReadingReply) => {
      const caller = waiting.get(reply.id);
      waiting.delete(reply.id);
      // Nothing under way: the thread alone does not keep the process alive.
      if (waiting.size === 0) started.unref();
      if (reply.ok) caller?.resolve(reply.value);
      else caller?.reject(thrownBy(reply.fault));
    });
    started.on('error', (thrown) => refuseAll(thrown));
    started.on('exit', () => {
      if (worker !== started) return;
      worker = null;
      refuseAll(new Error('the reading thread has ended'));
    });
    return started;
  };

  return {
    call: (kind, input) =>
      new Promise((resolve, reject) => {
        worker ??= start();
        const id = nextId;
        nextId += 1;
        waiting.set(id, {
          resolve: (value) => resolve(value as ReadingKinds[typeof kind]['output']),
          reject,
        });
        worker.ref();
        worker.postMessage({ id, kind, input });
      }),
    async stop() {
      const running = worker;
      worker = null;
      await running?.terminate();
      refuseAll(new Error('the reading thread was stopped'));
    },
  };
}
