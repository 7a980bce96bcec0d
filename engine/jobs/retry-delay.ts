import { createHash } from 'node:crypto';

export type RetryDelay = { baseMs: number; maxMs: number };

/**
 * How long to wait after this many failed attempts, in milliseconds: doubles each time up to `maxMs`, of which the upper
 * half is spread ("equal jitter", M. Brooker, Exponential Backoff and Jitter, AWS 2015) so that jobs that failed together
 * do not come back together. The spread depends on the job and the attempt alone: the same job waits the same time again.
 */
export function retryDelayMs(jobId: string, attempt: number, { baseMs, maxMs }: RetryDelay): number {
  const full = Math.min(maxMs, baseMs * 2 ** (attempt - 1));
  const spread = createHash('sha256').update(`${jobId}/${attempt}`).digest().readUInt32LE(0) / 2 ** 32;
  return Math.round(full / 2 + (full / 2) * spread);
}
