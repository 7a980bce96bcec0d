import { Worker } from 'node:worker_threads';
import { compareRead, type NumberOutcome, type NumberTask } from './compare-numbers.ts';

/** What a thread answers: the outcome, and the buffers of the values, to be used again. */
export type ComparingReply = { outcome: NumberOutcome; buffers: ArrayBuffer[] } | { fault: string };

export type Comparing = {
  compare(task: NumberTask): Promise<{ outcome: NumberOutcome; buffers: ArrayBuffer[] }>;
  stop(): Promise<void>;
};

type Thread = { worker: Worker; free: Promise<unknown> };

/**
 * Compares columns of numbers on so many threads beside the one that reads; with 0 right here. A thread compares one column after
 * the other; values are handed over, not copied.
 */
export function startComparing(count: number): Comparing {
  if (count === 0) {
    return {
      async compare(task) {
        // Lets a cancel through between columns.
        await new Promise(setImmediate);
        const outcome = compareRead(task);
        return { outcome, buffers: [task.reference.buffer, task.current.buffer] };
      },
      stop: async () => undefined,
    };
  }
  // Beside this file; a bundle has it as a file of its own, under the same name.
  const program = import.meta.url.endsWith('.ts') ? './comparing-thread.ts' : './comparing-thread.js';
  const threads = Array.from({ length: count }, (): Thread => {
    const worker = new Worker(new URL(program, import.meta.url));
    return { worker, free: Promise.resolve() };
  });
  let next = 0;
  return {
    compare(task) {
      const thread = threads[next++ % threads.length] as Thread;
      const answer = thread.free.then(() => ask(thread.worker, task));
      thread.free = answer.catch(() => undefined);
      return answer;
    },
    async stop() {
      await Promise.all(threads.map(({ worker }) => worker.terminate()));
    },
  };
}

function ask(worker: Worker, task: NumberTask) {
  return new Promise<{ outcome: NumberOutcome; buffers: ArrayBuffer[] }>((resolve, reject) => {
    const settle = (act: () => void) => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      act();
    };
    const onMessage = (reply: ComparingReply) =>
      settle(() => ('fault' in reply ? reject(new Error(reply.fault)) : resolve(reply)));
    const onError = (thrown: unknown) => settle(() => reject(thrown));
    const onExit = () => settle(() => reject(new Error('a comparing thread has ended')));
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    worker.postMessage(task, [task.reference.buffer, task.current.buffer]);
  });
}
