import { useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { type Evaluation, Run } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { useEngineEvent } from '../../app/events.ts';
import { keys } from '../../app/queries.ts';
import { readEvaluation } from '../runs/artifacts/run-files.ts';
import { MAX_COMPARED } from './differences.ts';

/** Which runs: those named, or those that a filter finds, newest first. */
export type RunSource = { ids: readonly string[] } | { filter: string };

type Found = { runs: Run[]; missing: { id: string; error: unknown }[]; hasMore: boolean };

/** How long changes of runs are gathered before they are read again. */
const GATHER_MS = 1500;

/** The runs of a comparison with all they logged, in one request, live. One that cannot be read does not keep the others back. */
export function useComparedRuns(source: RunSource) {
  const queryKey = ['runs', 'compared', source];
  const query = useQuery({
    queryKey,
    queryFn: ({ signal }) =>
      'ids' in source ? readNamed(source.ids, signal) : readFound(source.filter, signal),
    enabled: 'filter' in source || source.ids.length > 0,
  });
  const shown = new Set(query.data?.runs.map((run) => run.id));
  const refresh = useGathered(() => void query.refetch());
  useEngineEvent('run.changed', ({ runId }) => {
    if ('filter' in source || shown.has(runId)) refresh();
  });
  useEngineEvent('metrics.logged', ({ runId }) => {
    if (shown.has(runId)) refresh();
  });
  return query;
}

/** Calls once for all calls within `GATHER_MS`. */
function useGathered(task: () => void): () => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef(task);
  latest.current = task;
  useEffect(() => () => clearTimeout(timer.current), []);
  return () => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      latest.current();
    }, GATHER_MS);
  };
}

async function readNamed(ids: readonly string[], signal: AbortSignal): Promise<Found> {
  const filter = `id in (${ids.map((id) => `'${id.replaceAll("'", '')}'`).join(',')})`;
  const { items } = await client.runs.list({ query: { filter, limit: MAX_COMPARED }, signal });
  const known = new Map(items.map((item) => [item.id, Run.parse(item)]));
  const missing: Found['missing'] = [];
  // A run that the list leaves out may be a deleted one, which can be compared all the same.
  for (const id of ids.filter((one) => !known.has(one))) {
    try {
      known.set(id, await client.runs.get({ params: { runId: id }, signal }));
    } catch (error) {
      missing.push({ id, error });
    }
  }
  return { runs: ids.flatMap((id) => known.get(id) ?? []), missing, hasMore: false };
}

async function readFound(filter: string, signal: AbortSignal): Promise<Found> {
  const page = await client.runs.list({ query: { filter, limit: MAX_COMPARED }, signal });
  return {
    runs: page.items.map((item) => Run.parse(item)),
    missing: [],
    hasMore: page.nextCursor !== null,
  };
}

export type EvaluatedRun = { run: Run; evaluation: Evaluation };

/** The evaluations that the runs hold; runs without one are left out. */
export function useEvaluations(runs: readonly Run[]): { evaluated: EvaluatedRun[]; isPending: boolean } {
  return useQueries({
    queries: runs.map((run) => ({
      queryKey: keys.part('runs', run.id, 'evaluation'),
      queryFn: ({ signal }: { signal: AbortSignal }) => readEvaluation(run.id, signal),
    })),
    combine: (results) => ({
      isPending: results.some((result) => result.isPending),
      evaluated: results.flatMap((result, index) => {
        const run = runs[index];
        return run && result.data ? [{ run, evaluation: result.data }] : [];
      }),
    }),
  });
}

/** The saved views of this page, by name, and what can be done with them. */
export function useCompareViews() {
  const cache = useQueryClient();
  const filter = "page = 'compare'";
  const query = useQuery({
    queryKey: keys.list('views', { filter }),
    queryFn: async ({ signal }) =>
      (await client.views.list({ query: { filter, sort: 'name', limit: 1000 }, signal })).items,
  });
  return { views: query.data, refresh: () => cache.invalidateQueries({ queryKey: ['views'] }) };
}
