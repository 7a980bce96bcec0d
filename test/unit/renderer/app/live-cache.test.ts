import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { EngineEvent, Job } from '../../../../local-api/contract/index.ts';
import { events } from '../../../../renderer/app/events.ts';
import { keepCacheLive } from '../../../../renderer/app/live-cache.ts';
import { keys } from '../../../../renderer/app/queries.ts';

type Listener = (event: EngineEvent) => void;

const job: Job = {
  id: 'j1',
  kind: 'train',
  title: 'Train',
  state: 'running',
  priority: 0,
  attempt: 1,
  maxAttempts: 1,
  isPaused: false,
  parentId: null,
  runId: null,
  progress: { fraction: 0.1, message: 'starting' },
  input: {},
  result: null,
  error: null,
  createdAtMs: 0,
  startedAtMs: 0,
  endedAtMs: null,
};

function jobChanged(state: string, fraction: number): EngineEvent {
  return {
    type: 'job.changed',
    data: {
      jobId: 'j1',
      kind: 'train',
      state,
      title: 'Train',
      fraction,
      message: 'epoch',
      runId: null,
      parentId: null,
    },
  };
}

describe('keepCacheLive', () => {
  let cache: QueryClient;
  let emit: Listener = () => {};
  let stop: () => void = () => {};

  beforeEach(() => {
    vi.useFakeTimers();
    vi.spyOn(events, 'onEvent').mockImplementation((listener) => {
      emit = listener;
      return () => {};
    });
    cache = new QueryClient();
    stop = keepCacheLive(cache);
  });
  afterEach(() => {
    stop();
    cache.clear();
    vi.useRealTimers();
    vi.restoreAllMocks();
  });
  const isStale = (queryKey: readonly unknown[]) => cache.getQueryState(queryKey)?.isInvalidated;

  test('writes the progress of a job into the job and every list, without reading anything again', () => {
    cache.setQueryData(keys.item('jobs', 'j1'), job);
    cache.setQueryData(keys.list('jobs', {}), { items: [job], nextCursor: null });
    emit(jobChanged('running', 0.6));
    vi.advanceTimersByTime(1000);
    expect(cache.getQueryData<Job>(keys.item('jobs', 'j1'))?.progress).toEqual({
      fraction: 0.6,
      message: 'epoch',
    });
    expect(cache.getQueryData<{ items: Job[] }>(keys.list('jobs', {}))?.items[0]?.progress.fraction).toBe(
      0.6,
    );
    expect(isStale(keys.list('jobs', {}))).toBe(false);
    expect(isStale(keys.item('jobs', 'j1'))).toBe(false);
  });

  test('reads a job and the lists again when its state has changed', () => {
    cache.setQueryData(keys.item('jobs', 'j1'), job);
    cache.setQueryData(keys.list('jobs', {}), { items: [job], nextCursor: null });
    emit(jobChanged('succeeded', 1));
    vi.advanceTimersByTime(1000);
    expect(isStale(keys.item('jobs', 'j1'))).toBe(true);
    expect(isStale(keys.list('jobs', {}))).toBe(true);
  });

  test('reads the lists again for a job that none of them has', () => {
    cache.setQueryData(keys.list('jobs', {}), { items: [], nextCursor: null });
    emit(jobChanged('queued', 0));
    vi.advanceTimersByTime(1000);
    expect(isStale(keys.list('jobs', {}))).toBe(true);
  });

  test('a new point of a run makes only the curves that show this run stale', () => {
    const mine = keys.series(['r1', 'r2'], ['auc']);
    const other = keys.series(['r3'], ['auc']);
    cache.setQueryData(mine, {});
    cache.setQueryData(other, {});
    emit({ type: 'metrics.logged', data: { runId: 'r1', keys: ['auc'] } });
    vi.advanceTimersByTime(1000);
    expect([isStale(mine), isStale(other)]).toEqual([true, false]);
  });

  test('lists of runs do not move under the eyes of the reader', () => {
    const shown = keys.list('runs', {});
    const hidden = keys.list('runs', { filter: "status = 'failed'" });
    for (const key of [shown, hidden, keys.count('runs')]) cache.setQueryData(key, {});
    const observer = new QueryObserver(cache, { queryKey: shown, queryFn: () => ({}), staleTime: 60_000 });
    const look = observer.subscribe(() => {});
    emit({ type: 'run.changed', data: { runId: 'r1', experimentId: '0', change: 'created' } });
    vi.advanceTimersByTime(1000);
    expect([shown, hidden, keys.count('runs')].map(isStale)).toEqual([false, true, true]);
    look();
  });

  test('gathers a burst of events into one round of requests', () => {
    const invalidate = vi.spyOn(cache, 'invalidateQueries');
    for (let i = 0; i < 50; i++) emit({ type: 'settings.changed', data: { keys: ['ui.theme'] } });
    vi.advanceTimersByTime(1000);
    expect(invalidate).toHaveBeenCalledTimes(1);
  });
});
