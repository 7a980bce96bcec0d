import type { InfiniteData, QueryClient, QueryKey } from '@tanstack/react-query';
import type { EngineEvent, Job, JobState, Page } from '../../local-api/contract/index.ts';
import { events } from './events.ts';
import { keys } from './queries.ts';

type JobChange = Extract<EngineEvent, { type: 'job.changed' }>['data'];

/** How long changes are gathered before queries are read again: many events a second cost one request. */
const GATHER_MS = 400;
/** Points are waited for: with the 250 ms for which the engine gathers them, they are on screen within half a second. */
const GATHER_METRICS_MS = 100;

/**
 * Keeps the query cache in step with the engine for as long as the page lives.
 *
 * Progress of jobs is written straight into the cache; everything else marks the queries it touches as stale.
 * Lists of runs are left alone (rows must not move under the reader's eyes): the runs table listens itself.
 *
 * @returns a function that stops it
 */
export function keepCacheLive(cache: QueryClient): () => void {
  const others = gatherer(cache, GATHER_MS);
  const metrics = gatherer(cache, GATHER_METRICS_MS);
  // A list that nobody looks at may move: it is read again when somebody comes back to it.
  const forgetHiddenRuns = () =>
    void cache.invalidateQueries({ queryKey: ['runs', 'list'], type: 'inactive', refetchType: 'none' });
  const stopEvents = events.onEvent((event) => {
    if (event.type === 'run.changed' || event.type === 'metrics.logged') forgetHiddenRuns();
    if (event.type === 'job.changed') patchJob(cache, event.data, others.add);
    else if (event.type === 'metrics.logged') {
      metrics.add(keys.item('runs', event.data.runId));
      for (const query of cache.getQueryCache().findAll({ queryKey: ['runs', 'series'] })) {
        const runIds = query.queryKey[2];
        if (Array.isArray(runIds) && runIds.includes(event.data.runId)) metrics.add(query.queryKey);
      }
    } else others.add(...touchedBy(event));
  });
  const stopReset = events.onReset(() => void cache.invalidateQueries());
  return () => {
    stopEvents();
    stopReset();
    others.stop();
    metrics.stop();
  };
}

/** Marks queries as stale, all that came within `gatherMs` at once and each of them once. */
function gatherer(cache: QueryClient, gatherMs: number) {
  const pending = new Map<string, QueryKey>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    timer = undefined;
    const stale = [...pending.values()];
    pending.clear();
    for (const queryKey of stale) void cache.invalidateQueries({ queryKey });
  };
  return {
    add(...queryKeys: QueryKey[]): void {
      for (const queryKey of queryKeys) pending.set(JSON.stringify(queryKey), queryKey);
      timer ??= setTimeout(flush, gatherMs);
    },
    stop(): void {
      clearTimeout(timer);
    },
  };
}

/** The queries whose answers may differ after an event. */
function touchedBy(event: Exclude<EngineEvent, { type: 'job.changed' | 'metrics.logged' }>): QueryKey[] {
  switch (event.type) {
    case 'run.changed':
      return [
        keys.item('runs', event.data.runId),
        ['runs', 'count'],
        ['runs', 'keys'],
        ['experiments', 'list'],
        keys.item('experiments', event.data.experimentId),
        keys.workspace,
        keys.activity,
      ];
    case 'experiment.changed':
      return [['experiments'], keys.workspace, keys.activity];
    case 'dataset.changed':
      return [
        ['datasets'],
        ['dataset-versions', 'list'],
        ['transforms'],
        ['lineage'],
        keys.workspace,
        keys.activity,
      ];
    case 'transform.changed':
      return [['transforms'], keys.activity];
    case 'model.changed':
      return [['models'], keys.workspace, keys.activity];
    case 'release.changed':
      return [['models'], keys.activity];
    case 'explanation.changed':
      return [['explanations'], keys.activity];
    case 'data-schema.changed':
      return [keys.part('datasets', event.data.dataset, 'schemas'), keys.activity];
    case 'data-validation.changed':
      return [['data-validations'], keys.activity];
    case 'drift-series.changed':
      return [['drift-series', 'list'], keys.activity];
    case 'drift-report.changed':
      return [['drift-reports', 'list'], keys.workspace, keys.activity];
    // The list of traces listens itself, as that of runs does.
    case 'traces.changed':
      return [['traces', 'count'], ...event.data.traceIds.map((id) => keys.item('traces', id))];
    case 'view.changed':
      return [['views']];
    case 'batch-prediction.changed':
      return [['batch-predictions'], keys.activity];
    case 'schedule.changed':
      return [['schedules']];
    case 'monitor.changed':
      return [['monitors']];
    case 'monitor.alert':
      return [['monitors'], ['monitor-alerts'], keys.activity];
    case 'endpoint.changed':
      return [['endpoints'], keys.activity];
    case 'endpoint.requests-broken':
      return [keys.part('endpoints', event.data.endpoint, 'validation'), keys.activity];
    case 'target.changed':
      return [['targets'], keys.activity];
    case 'connection.changed':
      return [['connections'], keys.activity];
    case 'push.changed':
      return [['targets'], ['pushes'], keys.activity];
    case 'settings.changed':
      return [keys.settings];
  }
}

const ended: ReadonlySet<string> = new Set<JobState>(['succeeded', 'failed', 'cancelled', 'dead']);

/** True when a job has come to its end, however it did. */
export function hasEnded(state: string): boolean {
  return ended.has(state);
}

function patchJob(
  cache: QueryClient,
  change: JobChange,
  invalidate: (...queryKeys: QueryKey[]) => void,
): void {
  const known = cache.getQueryData<Job>(keys.item('jobs', change.jobId));
  const patch = (job: Job): Job =>
    job.id === change.jobId
      ? {
          ...job,
          state: change.state as JobState,
          isPaused: change.isPaused ?? false,
          progress: { fraction: change.fraction, message: change.message },
        }
      : job;
  let isNews = known?.state !== change.state;
  cache.setQueriesData<Job>(
    { queryKey: keys.item('jobs', change.jobId), exact: true },
    (job) => job && patch(job),
  );
  cache.setQueriesData<InfiniteData<Page<Job>> | Page<Job>>({ queryKey: ['jobs', 'list'] }, (data) => {
    if (!data) return data;
    const patchPage = (page: Page<Job>): Page<Job> => {
      const row = page.items.find((job) => job.id === change.jobId);
      if (!row) return page;
      if (row.state === change.state) isNews = false;
      return { ...page, items: page.items.map(patch) };
    };
    return 'pages' in data ? { ...data, pages: data.pages.map(patchPage) } : patchPage(data);
  });
  if (isNews) {
    invalidate(['jobs', 'list'], ['jobs', 'count'], keys.workspace);
    if (known) invalidate(keys.item('jobs', change.jobId));
    if (hasEnded(change.state)) invalidate(keys.activity);
  }
}
