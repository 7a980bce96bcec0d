import type { Job, JobKind, JobLogLine, ListQuery, Page } from '../../local-api/contract/index.ts';

/** What runs inside a job process. It never opens the database: it reads files by path, writes to `tmpDir` and sends messages. */
export type JobContext<Input> = {
  input: Input;
  /** A folder of its own, removed after the host has taken what it wants. */
  tmpDir: string;
  /** Aborted by a cancel; the process is killed a few seconds later whether or not it listens. */
  signal: AbortSignal;
  progress(fraction: number | null, message: string): void;
  log(text: string, level?: JobLogLine['level']): void;
  /** A message to the host's `onMessage`, in order; metrics of a training, for instance. */
  send(message: unknown): void;
  /** Resolves when the host has dealt with nearly everything sent; await it between messages that are many or large. */
  room(): Promise<void>;
  /** Takes what the one who started the process tells it; only for processes that are given work while they run. */
  hear?(listener: (message: unknown) => void): void;
};
export type JobModule<Input = never, Output = unknown> = { run(context: JobContext<Input>): Promise<Output> };

/** How the host treats one kind of job. `Input` is what was submitted, `Output` what the process returned. */
export type JobHandler<Input = unknown, Output = unknown> = {
  kind: JobKind;
  /** 1: a failure is final. Errors with a 4xx code are never tried again. */
  maxAttempts: number;
  /** Queued again after a crash of the engine; otherwise it ends as `dead` with `jobs/interrupted`. */
  resumable: boolean;
  /** Can be paused and resumed: what it had done by then is kept, however suddenly it is ended. */
  pausable?: boolean;
  /** Hears `{ type: 'finish' }` while it runs, and then ends with what it has. */
  finishable?: boolean;
  /** Said of one that took more than it may, instead of how much that was. */
  overLimits?: { time: string; memory: string };
  /** Takes a place in the pool. A job that only waits for others (quickstart) must not, or it would wait for itself. */
  takesSlot: boolean;
  /** Turns ids into what the process needs: file paths, settings; files may be put into `tmpDir`. Throws AssayError for bad input. */
  prepare(input: Input, job: Job, tmpDir: string): Promise<unknown>;
  onMessage?(message: unknown, job: Job): Promise<void>;
  /** Called before the job counts as succeeded, while `tmpDir` is still there: persists what was made. Gives the job's result. */
  onSuccess(output: Output, job: Job, tmpDir: string): Promise<unknown>;
  /** Failed for good, died or was cancelled. */
  onEnd?(job: Job): Promise<void>;
  /** Paused: its process has gone. */
  onPause?(job: Job): Promise<void>;
};

export type SubmitJob = {
  /** From `newJobId`, where something has to name the job before it is there. */
  id?: string;
  kind: JobKind;
  title: string;
  input: unknown;
  priority?: number;
  parentId?: string | null;
  runId?: string | null;
  /** A second submit with the same key gives the job that is still queued or running. */
  dedupKey?: string;
  limits?: { memoryMb?: number; seconds?: number };
};

export type JobQueue = {
  register<Input, Output>(handler: JobHandler<Input, Output>): void;
  /** Starts working; jobs found `running` are from an engine that died. Call after every handler is registered. */
  start(): Promise<void>;
  submit(job: SubmitJob): Promise<Job>;
  /**
   * An id for a job still to be submitted: write it down first, and a crash in between leaves a note of a job that is not
   * there, which can be found, instead of a job that nobody knows of.
   */
  newJobId(): string;
  list(query: ListQuery): Promise<Page<Job>>;
  count(filter: string | undefined): Promise<number>;
  get(jobId: string): Promise<Job>;
  logs(jobId: string, after: number, limit: number): Promise<JobLogLine[]>;
  cancel(jobId: string): Promise<Job>;
  retry(jobId: string): Promise<Job>;
  /** Ends the process of a job that can be paused, or keeps it from starting, until it is resumed; over restarts. */
  pause(jobId: string): Promise<Job>;
  resume(jobId: string): Promise<Job>;
  /** Tells a running job to end with what it has; it ends by itself soon after. */
  finish(jobId: string): Promise<Job>;
  /** Resolves when the job has ended, however it did. */
  wait(jobId: string, signal?: AbortSignal): Promise<Job>;
  /**
   * Removes jobs that ended until a moment, with their logs, but for those whose run is still there. Gives how many; cost
   * grows with the lines of their logs, a few thousand at a time.
   */
  prune(endedUntilMs: number): Promise<number>;
  countsByKindAndState(): Promise<{ kind: JobKind; state: Job['state']; count: number }[]>;
  /** No new starts; running jobs get `graceMs` to finish, then are killed and queued again (resumable) or marked interrupted. */
  stop(graceMs: number): Promise<void>;
};
