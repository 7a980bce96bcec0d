import type { JobLogLine } from '../../local-api/contract/index.ts';
import type { Clock, Logger } from '../system/index.ts';
import type { JobTable } from './job-table.ts';

/** Lines kept of a job; when there are more, the oldest go. */
const keptLines = 10_000;
const maxLineLength = 4000;
const flushMs = 250;

/**
 * The log of one job: lines are gathered and written a few times a second. What comes faster than that is bounded by
 * `keptLines` in memory and in the table; numbers (`seq`) go on over retries and show where lines are missing.
 */
export type JobLog = {
  add(level: JobLogLine['level'], text: string): void;
  /** Writes what is gathered. Never rejects: a log that cannot be written must not end a job. */
  flush(): Promise<void>;
};

/** The log of a job from its last line on. Memory: at most twice `keptLines`. */
export function createJobLog(options: {
  jobId: string;
  table: JobTable;
  clock: Clock;
  logger: Logger;
}): JobLog {
  const { jobId, table, clock, logger } = options;
  let gathered: Omit<JobLogLine, 'seq'>[] = [];
  let leftOut = 0;
  let seq: number | undefined;
  let firstKept = 1;
  let timer: NodeJS.Timeout | undefined;
  let writing = Promise.resolve();

  const write = async (): Promise<void> => {
    if (gathered.length === 0) return;
    const lines = gathered.slice(-keptLines);
    const skipped = leftOut + gathered.length - lines.length;
    gathered = [];
    leftOut = 0;
    try {
      seq ??= await table.lastLogSeq(jobId);
      const first = seq + skipped + 1;
      seq += skipped + lines.length;
      const tooOld = seq - keptLines;
      // Dropping a tenth at a time keeps the cost of a line flat.
      const dropUpTo = tooOld - firstKept >= keptLines / 10 ? tooOld : 0;
      if (dropUpTo > 0) firstKept = dropUpTo + 1;
      await table.appendLogs(
        jobId,
        lines.map((line, index) => ({ ...line, seq: first + index })),
        dropUpTo,
      );
    } catch (thrown) {
      logger.warn({ jobId, err: thrown, lines: lines.length }, 'lines of a job log were lost');
    }
  };

  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    writing = writing.then(write);
    return writing;
  };

  return {
    add(level, text) {
      gathered.push({ atMs: clock.nowMs(), level, text: shortened(text) });
      if (gathered.length > 2 * keptLines) {
        leftOut += gathered.length - keptLines;
        gathered = gathered.slice(-keptLines);
      }
      timer ??= setTimeout(() => void flush(), flushMs);
    },
    flush,
  };
}

function shortened(text: string): string {
  if (text.length <= maxLineLength) return text;
  return `${text.slice(0, maxLineLength)} … (${text.length - maxLineLength} more characters)`;
}
