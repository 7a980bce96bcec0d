import { type InfiniteData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Page, Trace } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { useEngineEvent } from '../../app/events.ts';
import { keys, type ListState, useCursorList } from '../../app/queries.ts';
import { scopeFilter } from '../runs/table/scope-filter.ts';

const pageSize = 200;
/** Changes are gathered this long before rows are read again. */
const gatherMs = 500;

export type TracesList = ListState<Trace> & {
  total: number | undefined;
  /** Traces that match and came after the list was read; they are not shown until asked for. */
  newTraces: number;
  showNew: () => void;
};

/** Traces that match, in pages, kept current without moving: changed rows are read in place, new ones only counted. */
export function useTracesList(query: {
  filter: string;
  scope: string | undefined;
  sort: string | undefined;
}): TracesList {
  const { filter, scope, sort } = query;
  const cache = useQueryClient();
  const sent = useMemo(() => scopeFilter(filter, scope).filter, [filter, scope]);
  const key = useMemo(
    () => keys.list('traces', { ...(sent ? { filter: sent } : {}), ...(sort ? { sort } : {}) }),
    [sent, sort],
  );
  const list = useCursorList<Trace>(key, (cursor, signal) =>
    client.traces.list({ query: { filter: sent, sort, limit: pageSize, cursor }, signal }),
  );
  const count = useQuery({
    queryKey: keys.count('traces', sent),
    queryFn: ({ signal }) => client.traces.count({ query: { filter: sent }, signal }),
    enabled: !list.error,
  });
  const patch = useCallback(
    (change: (trace: Trace) => Trace | null) =>
      cache.setQueryData<InfiniteData<Page<Trace>>>(
        key,
        (data) =>
          data && {
            ...data,
            pages: data.pages.map((page) => ({
              ...page,
              items: page.items.flatMap((trace) => change(trace) ?? []),
            })),
          },
      ),
    [cache, key],
  );
  const { newTraces, forgetNew } = useLiveTraces({ rows: list.items, filter, scope, patch });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another question makes what was counted for the last one void.
  useEffect(forgetNew, [key, forgetNew]);
  return {
    ...list,
    total: count.data?.count,
    newTraces,
    showNew: () => {
      forgetNew();
      void cache.resetQueries({ queryKey: key, exact: true });
    },
  };
}

function useLiveTraces(options: {
  rows: readonly Trace[];
  filter: string;
  scope: string | undefined;
  patch: (change: (trace: Trace) => Trace | null) => void;
}) {
  const [newIds, setNewIds] = useState<ReadonlySet<string>>(new Set());
  const shown = useMemo(() => new Set(options.rows.map(({ id }) => id)), [options.rows]);
  const latest = useRef({ ...options, shown });
  latest.current = { ...options, shown };
  const pending = useRef(new Set<string>());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const flush = useCallback(async () => {
    timer.current = undefined;
    const ids = [...pending.current];
    pending.current = new Set();
    const now = latest.current;
    const changed = ids.filter((id) => now.shown.has(id));
    const others = ids.filter((id) => !now.shown.has(id));
    if (changed.length > 0) {
      const fresh = new Map((await read(idIn(changed))).map((trace) => [trace.id, trace]));
      now.patch((trace) => fresh.get(trace.id) ?? trace);
    }
    if (others.length > 0) {
      const scope = [idIn(others), ...(now.scope === undefined ? [] : [now.scope])].join(' and ');
      const found = await read(scopeFilter(now.filter, scope).filter ?? scope);
      if (found.length > 0) setNewIds((known) => new Set([...known, ...found.map(({ id }) => id)]));
    }
  }, []);
  useEngineEvent('traces.changed', ({ traceIds, change }) => {
    if (change === 'deleted') {
      const gone = new Set(traceIds);
      options.patch((trace) => (gone.has(trace.id) ? null : trace));
      setNewIds((known) => new Set([...known].filter((id) => !gone.has(id))));
      return;
    }
    for (const id of traceIds) pending.current.add(id);
    // What cannot be read now is read with the next change; the list itself reports a lost engine.
    timer.current ??= setTimeout(() => void flush().catch(() => undefined), gatherMs);
  });
  const forgetNew = useCallback(() => setNewIds((known) => (known.size === 0 ? known : new Set())), []);
  return { newTraces: [...newIds].filter((id) => !shown.has(id)).length, forgetNew };
}

async function read(filter: string): Promise<Trace[]> {
  return (await client.traces.list({ query: { filter, limit: 1000 } })).items;
}

function idIn(ids: readonly string[]): string {
  return `id in (${ids.map((id) => `'${id.replaceAll("'", "''")}'`).join(',')})`;
}
