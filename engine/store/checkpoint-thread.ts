import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

/** Pages in the log that are worth a checkpoint: 4 MB, as SQLite itself does it. */
const checkpointPages = 1000;
/** Pages beyond which writers are held up for a moment, so that the log can begin anew and does not grow forever: 64 MB. */
const restartPages = 16_000;
const everyMs = 250;

/*
 * The whole program of the thread. A text and not a file, so that it needs no entry in any bundle.
 * PASSIVE copies what it can and holds up nobody. RESTART takes the write lock for the few pages that came meanwhile.
 * NOOP only tells how many pages the log has and how many of them are copied.
 */
const program = `
const { parentPort, workerData } = require('node:worker_threads');
const Database = require(workerData.driver);
const db = new Database(workerData.path, { fileMustExist: true, timeout: 100 });
for (const pragma of workerData.pragmas) db.pragma(pragma);
const state = (mode) => db.pragma('wal_checkpoint(' + mode + ')')[0];
const look = () => {
  const { log, checkpointed } = state('NOOP');
  if (log - checkpointed < workerData.checkpointPages) return;
  const after = state('PASSIVE');
  if (after.log > workerData.restartPages) state('RESTART');
};
const timer = setInterval(look, workerData.everyMs);
parentPort.on('message', () => { clearInterval(timer); db.close(); parentPort.close(); });
parentPort.postMessage('ready');
`;

export type CheckpointThread = { stop(): Promise<void> };

/**
 * Moves the write-ahead log into the database from a thread with a connection of its own: copying and flushing megabytes
 * takes tens of milliseconds, in which the event loop would answer nobody. `ready` is called when it works, `failed` when
 * it no longer does; then the caller's connection has to do it again.
 */
export function startCheckpointThread(
  path: string,
  pragmas: readonly string[],
  on: { ready(): void; failed(thrown: unknown): void },
): CheckpointThread {
  const driver = createRequire(import.meta.url).resolve('better-sqlite3');
  const worker = new Worker(program, {
    eval: true,
    workerData: { driver, path, pragmas, checkpointPages, restartPages, everyMs },
  });
  worker.unref();
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  worker.once('message', on.ready);
  worker.once('error', on.failed);
  return {
    async stop() {
      worker.postMessage('stop');
      worker.ref();
      await ended;
    },
  };
}
