import { AssayError } from '../errors.ts';
import { keepCompiledCode, liveWithEngine } from '../system/index.ts';
import { failureOf } from './job-failure.ts';
import type { FromJobProcess, ToJobProcess } from './job-messages.ts';
import type { JobContext, JobModule } from './job-types.ts';
import { createOutbox } from './outbox.ts';

/**
 * The life of a job process: waits for the engine's start message, loads the module of that kind, runs it once and
 * reports. Call it as the only statement of the script that the queue forks; `table` loads a module when its kind is
 * asked for, so that a process pays for nothing else. The process ends with the engine, even in the middle of a
 * calculation.
 */
export function runJobProcess(table: Readonly<Record<string, () => Promise<JobModule>>>): void {
  if (process.send === undefined) throw new Error('A job process is started by the engine, not by hand.');
  const controller = new AbortController();
  const send = (message: FromJobProcess): void => {
    // A host that has gone is noticed by 'disconnect'.
    if (process.connected) process.send?.(message, undefined, undefined, () => {});
  };
  /** What was told before the job listened. */
  const early: unknown[] = [];
  let hear = (message: unknown): void => void early.push(message);
  const outbox = createOutbox(send, () => process.memoryUsage.rss());
  /** The host ends this process when it hears the last message, so that comes after everything else. */
  const end = async (message: FromJobProcess): Promise<void> => {
    outbox.flush();
    keepCompiledCode();
    await Promise.all([written(process.stdout), written(process.stderr)]);
    send(message);
  };
  const fail = (thrown: unknown): void => void end({ type: 'error', error: failureOf(thrown) });

  const start = async (message: ToJobProcess & { type: 'start' }): Promise<void> => {
    const load = Object.hasOwn(table, message.kind) ? table[message.kind] : undefined;
    if (load === undefined) throw new AssayError('internal', `No module runs jobs of kind ${message.kind}.`);
    const context: JobContext<never> = {
      // What the handler prepared for this kind is what its module expects: the two are written together.
      input: message.input as never,
      tmpDir: message.tmpDir,
      signal: controller.signal,
      progress: (fraction, text) => outbox.progress(fraction, text),
      log: (text, level = 'info') => outbox.add({ type: 'log', level, text }),
      send: (content) => outbox.add({ type: 'message', message: content }),
      room: () => outbox.room(),
      hear: (listener) => {
        hear = listener;
        for (const message of early.splice(0)) listener(message);
      },
    };
    const { run } = await load();
    await end({ type: 'result', output: await run(context) });
  };

  process.on('message', (message: ToJobProcess) => {
    if (message.type === 'start') start(message).catch(fail);
    else if (message.type === 'taken') outbox.taken(message.items);
    else if (message.type === 'told') hear(message.message);
    else controller.abort(new AssayError('jobs/cancelled', 'The job was cancelled.'));
  });
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  liveWithEngine(Number(process.argv[2]));
}

/** Resolves when what was printed so far has left the process. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}
