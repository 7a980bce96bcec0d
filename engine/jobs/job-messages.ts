import type { JobError, JobLogLine } from '../../local-api/contract/index.ts';

/** What a job process tells on the way, in the order it was told. */
export type JobItem =
  | { type: 'log'; level: JobLogLine['level']; text: string }
  | { type: 'message'; message: unknown };

/** How a job failed, as it crosses the process border. `stack` goes to the log of the job, never to the API. */
export type JobFailure = JobError & { stack?: string };

/** Engine host → job process. `told`: something for the job itself. `taken` says how many items were dealt with, so that the process may send more. */
export type ToJobProcess =
  | { type: 'start'; kind: string; input: unknown; tmpDir: string }
  | { type: 'cancel' }
  | { type: 'told'; message: unknown }
  | { type: 'taken'; items: number };

/** Job process → engine host. */
export type FromJobProcess =
  | {
      type: 'batch';
      items: JobItem[];
      progress: { fraction: number | null; message: string } | null;
      rssBytes: number;
    }
  | { type: 'result'; output: unknown }
  | { type: 'error'; error: JobFailure };
