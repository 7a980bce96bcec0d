import { describe, expect, it } from 'vitest';
import { type AttemptEnd, concludeAttempt } from '../../../../engine/jobs/conclusion.ts';
import { failure } from '../../../../engine/jobs/job-failure.ts';
import type { JobRow } from '../../../../engine/jobs/job-table.ts';
import type { ErrorCode } from '../../../../local-api/contract/index.ts';

const row = (attempt: number, maxAttempts: number): JobRow => ({
  pk: 1,
  id: 'job_1',
  kind: 'train',
  title: 'Train',
  state: 'running',
  priority: 0,
  attempt,
  max_attempts: maxAttempts,
  paused: 0,
  parent_id: null,
  run_id: null,
  dedup_key: null,
  input: '{}',
  limits: '{}',
  result: null,
  error: null,
  progress_fraction: null,
  progress_message: '',
  not_before_ms: 0,
  created_at_ms: 0,
  started_at_ms: 0,
  ended_at_ms: null,
});
const conclude = (
  end: AttemptEnd,
  { attempt = 1, maxAttempts = 3, handlerAttempts = 3, resumable = false } = {},
) =>
  concludeAttempt(
    row(attempt, maxAttempts),
    { maxAttempts: handlerAttempts, resumable },
    end,
    { fraction: 0.4, message: 'half way' },
    { nowMs: 1000, retryDelay: { baseMs: 2000, maxMs: 60_000 } },
  );
const error = (code: ErrorCode): AttemptEnd => ({ type: 'error', error: failure(code, 'no luck') });

describe('what becomes of a job', () => {
  it.each(['jobs/crashed', 'internal', 'artifacts/disk-full'] as const)(
    '%s may pass: queued again with a delay while attempts are left, then dead',
    (code) => {
      const again = conclude(error(code), { attempt: 2 });
      expect(again).toMatchObject({ state: 'queued', attempt: 2, endedAtMs: null, error: { code } });
      expect(again.notBeforeMs).toBeGreaterThan(1000);
      expect(conclude(error(code), { attempt: 3 })).toMatchObject({ state: 'dead', endedAtMs: 1000 });
    },
  );

  it.each(['jobs/timed-out', 'jobs/out-of-memory'] as const)('%s is dead at its first attempt', (code) => {
    expect(conclude(error(code))).toMatchObject({ state: 'dead', error: { code } });
  });

  it.each(['datasets/unreadable', 'request/invalid', 'training/bad-recipe'] as const)(
    '%s is the fault of the input: failed at its first attempt',
    (code) => {
      expect(conclude(error(code))).toMatchObject({ state: 'failed', error: { code } });
    },
  );

  it('a result ends it at full progress and without an error', () => {
    expect(conclude({ type: 'result', result: [1] })).toMatchObject({
      state: 'succeeded',
      result: [1],
      error: null,
      progress: { fraction: 1, message: 'half way' },
    });
  });

  it('an orderly stop costs a resumable job no attempt', () => {
    const stopped = conclude({ type: 'stopped' }, { attempt: 3, resumable: true });
    expect(stopped).toMatchObject({ state: 'queued', attempt: 2, maxAttempts: 3, notBeforeMs: 0 });
    expect(conclude({ type: 'stopped' })).toMatchObject({
      state: 'dead',
      error: { code: 'jobs/interrupted' },
    });
  });

  it('a crash of the engine gives a resumable job one attempt more, three times', () => {
    const resumable = { attempt: 1, resumable: true, handlerAttempts: 1 };
    const states = [1, 2, 3, 4].map((maxAttempts) =>
      conclude({ type: 'interrupted' }, { ...resumable, maxAttempts }),
    );
    expect(states.map(({ state, maxAttempts }) => [state, maxAttempts])).toEqual([
      ['queued', 2],
      ['queued', 3],
      ['queued', 4],
      ['dead', 4],
    ]);
  });

  it('a kind that nothing handles any more is dead, not lost', () => {
    const end = { type: 'interrupted' } as const;
    const times = { nowMs: 0, retryDelay: { baseMs: 1, maxMs: 1 } };
    expect(concludeAttempt(row(1, 1), undefined, end, { fraction: null, message: '' }, times).state).toBe(
      'dead',
    );
  });
});
