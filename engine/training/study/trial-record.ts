import type { TrialRecord } from '../../../local-api/contract/index.ts';

/** The record of a trial that has begun and of which nothing is known yet. */
export function newTrialRecord(
  trial: Pick<TrialRecord, 'trial' | 'title' | 'outer' | 'values'>,
): TrialRecord {
  return {
    ...trial,
    state: 'running',
    rungs: [],
    latencyMs: null,
    batchMs: null,
    modelBytes: null,
    error: null,
    elapsedSeconds: 0,
  };
}
