import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEventBus, type EventBus } from '../../../engine/events/index.ts';
import { createJobQueue, type JobHandler, type JobQueue } from '../../../engine/jobs/index.ts';
import { openStore, type Store } from '../../../engine/store/index.ts';
import { silentLogger, systemClock, systemIds } from '../../../engine/system/index.ts';
import type { EngineEvent, JobKind } from '../../../local-api/contract/index.ts';
import type { TestJob } from './test-job.ts';

type TestHandler = Partial<JobHandler<TestJob, unknown>>;
export type JobQueueFixture = {
  dir: string;
  store: Store;
  queue: JobQueue;
  settings: { concurrency: number; memoryMb: number; timeoutSeconds: number };
  events: EngineEvent[];
  bus: EventBus;
  /** Handles a kind with the test job; what is not given is the plainest. */
  handle(kind: JobKind, handler?: TestHandler): void;
  /** Submits a test job; kind `export` unless told otherwise. */
  submit(
    input: TestJob,
    options?: Partial<Parameters<JobQueue['submit']>[0]>,
  ): ReturnType<JobQueue['submit']>;
  /** Folders of running jobs. */
  jobFolders(): string[];
  close(): Promise<void>;
};

/** A queue on a real database, running the test job in real processes. Not started. */
export async function jobQueueFixture(dir?: string): Promise<JobQueueFixture> {
  const root = dir ?? mkdtempSync(join(tmpdir(), 'assay-jobs-'));
  const tmpDir = join(root, 'tmp');
  mkdirSync(tmpDir, { recursive: true });
  const store = await openStore({
    path: join(root, 'assay.db'),
    clock: systemClock,
    logger: silentLogger,
    backupsDir: join(root, 'backups'),
    keepBackups: 1,
  });
  const bus = createEventBus({ store, clock: systemClock, logger: silentLogger });
  const events: EngineEvent[] = [];
  bus.subscribe((event) => events.push(event));
  const settings = { concurrency: 2, memoryMb: 1024, timeoutSeconds: 60 };
  const queue = createJobQueue({
    store,
    events: bus,
    clock: systemClock,
    ids: systemIds(),
    logger: silentLogger,
    settings: () => settings,
    tmpDir,
    jobProcess: new URL('./test-job-process.ts', import.meta.url),
    jobEnvironment: () => ({ ASSAY_URL: 'http://127.0.0.1:1' }),
    retryDelay: { baseMs: 40, maxMs: 100 },
  });
  const plain = {
    maxAttempts: 1,
    resumable: false,
    takesSlot: true,
    prepare: async (input: TestJob) => input,
    onSuccess: async (output: unknown) => output,
  };
  return {
    dir: root,
    store,
    queue,
    settings,
    events,
    bus,
    handle: (kind, handler = {}) => queue.register<TestJob, unknown>({ kind, ...plain, ...handler }),
    submit: (input, options = {}) => queue.submit({ kind: 'export', title: 'A test job', input, ...options }),
    jobFolders: () => readdirSync(join(tmpDir, 'jobs')),
    async close() {
      await queue.stop(0);
      await bus.close();
      await store.close();
      if (dir === undefined) rmSync(root, { recursive: true, force: true });
    },
  };
}
