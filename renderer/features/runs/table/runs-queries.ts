import { type InfiniteData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Page, RunRow } from '../../../../local-api/contract/index.ts';
import { ApiError, client } from '../../../app/api.ts';
import { useEngineEvent } from '../../../app/events.ts';
import { keys, type ListState, useCursorList } from '../../../app/queries.ts';
import { type ColumnId, fieldsFor } from './run-columns.ts';
import { scopeFilter } from './scope-filter.ts';

const PAGE_SIZE = 200;
/** Changes are gathered this long before rows are read again. */
const GATHER_MS = 500;

export type RunsQuery = {
  /** What the person typed. */
  filter: string;
  /** What the page narrows it to: `experimentId = '3'`. */
  scope: string | undefined;
  sort: string | undefined;
  columns: readonly ColumnId[];
};

export type RunsList = ListState<RunRow> & {
  /** How many runs match, or undefined until known. */
  total: number | undefined;
  /** Runs that match and began after the list was read; they are not shown until asked for. */
  newRuns: number;
  showNewRuns: () => void;
  /** Takes rows out at once, for runs that were deleted here. */
  removeRows: (ids: ReadonlySet<string>) => void;
};

/**
 * The runs that match, in pages, kept current without moving: rows that change are read again in place,
 * new ones are only counted. Sends just the fields of the shown columns.
 */
export function useRunsList(query: RunsQuery): RunsList {
  const { filter, scope, sort, columns } = query;
  const cache = useQueryClient();
  const sent = useMemo(() => {
    const { filter: whole, offset } = scopeFilter(filter, scope);
    return { filter: whole, offset, sort, fields: fieldsFor(columns) };
  }, [filter, scope, sort, columns]);
  const key = useMemo(
    () =>
      keys.list('runs', {
        ...(sent.filter ? { filter: sent.filter } : {}),
        ...(sort ? { sort } : {}),
        fields: sent.fields,
      }),
    [sent, sort],
  );
  const list = useCursorList<RunRow>(key, (cursor, signal) =>
    client.runs
      .list({ query: { filter: sent.filter, sort, fields: sent.fields, limit: PAGE_SIZE, cursor }, signal })
      .catch((error: unknown) => {
        throw shiftOffsets(error, sent.offset, filter.length);
      }),
  );
  const count = useQuery({
    queryKey: keys.count('runs', sent.filter),
    queryFn: ({ signal }) => client.runs.count({ query: { filter: sent.filter }, signal }),
    enabled: !list.error,
  });
  const patchRows = useCallback(
    (change: (row: RunRow) => RunRow | null) => {
      cache.setQueryData<InfiniteData<Page<RunRow>>>(
        key,
        (data) =>
          data && {
            ...data,
            pages: data.pages.map((page) => ({
              ...page,
              items: page.items.flatMap((row) => change(row) ?? []),
            })),
          },
      );
    },
    [cache, key],
  );
  const { newRuns, forgetNew } = useLiveRows({ query, rows: list.items, fields: sent.fields, patchRows });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another question makes what was counted for the last one void.
  useEffect(forgetNew, [key, forgetNew]);

  return {
    ...list,
    total: count.data?.count,
    newRuns,
    showNewRuns: () => {
      forgetNew();
      // Only the first page is read: the ones below would have to move anyway.
      void cache.resetQueries({ queryKey: key, exact: true });
    },
    removeRows: (ids) => patchRows((row) => (ids.has(row.id) ? null : row)),
  };
}

type LiveOptions = {
  query: RunsQuery;
  rows: readonly RunRow[];
  fields: string;
  patchRows: (change: (row: RunRow) => RunRow | null) => void;
};

/** Listens to the engine: reads changed rows again in place, and counts new runs that match. */
function useLiveRows({ query, rows, fields, patchRows }: LiveOptions) {
  const [newIds, setNewIds] = useState<ReadonlySet<string>>(new Set());
  const shown = useMemo(() => new Set(rows.map((row) => row.id)), [rows]);
  const latest = useRef({ query, fields, patchRows, shown });
  latest.current = { query, fields, patchRows, shown };
  const pending = useRef({ changed: new Set<string>(), created: new Set<string>() });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const flush = useCallback(async () => {
    timer.current = undefined;
    const { changed, created } = pending.current;
    pending.current = { changed: new Set(), created: new Set() };
    const now = latest.current;
    if (changed.size > 0) {
      const { items } = await readRows(
        `id in (${quoted(changed)}) and lifecycle in ('active', 'deleted')`,
        now.fields,
      );
      const fresh = new Map(items.map((row) => [row.id, row]));
      now.patchRows((row) => fresh.get(row.id) ?? row);
    }
    if (created.size > 0) {
      const scope = `id in (${quoted(created)})${now.query.scope ? ` and ${now.query.scope}` : ''}`;
      const { items } = await readRows(scopeFilter(now.query.filter, scope).filter ?? scope, 'name');
      const found = items.map((row) => row.id).filter((id) => !latest.current.shown.has(id));
      if (found.length > 0) setNewIds((known) => new Set([...known, ...found]));
    }
  }, []);

  const note = (kind: 'changed' | 'created', runId: string) => {
    pending.current[kind].add(runId);
    // What cannot be read now is read with the next change; the list itself reports a lost engine.
    timer.current ??= setTimeout(() => void flush().catch(() => undefined), GATHER_MS);
  };
  useEngineEvent('run.changed', (data) => {
    if (shown.has(data.runId)) note('changed', data.runId);
    else if (data.change === 'created' || data.change === 'restored') note('created', data.runId);
  });
  useEngineEvent('metrics.logged', (data) => {
    if (shown.has(data.runId)) note('changed', data.runId);
  });

  const forgetNew = useCallback(() => setNewIds((known) => (known.size === 0 ? known : new Set())), []);
  return { newRuns: [...newIds].filter((id) => !shown.has(id)).length, forgetNew };
}

function readRows(filter: string, fields: string): Promise<Page<RunRow>> {
  return client.runs.list({ query: { filter, fields, limit: 1000 } });
}

function quoted(ids: Iterable<string>): string {
  return [...ids].map((id) => `'${id}'`).join(',');
}

/** Moves the offsets of a filter fault from the text that was sent to the text that was typed. */
function shiftOffsets(error: unknown, by: number, length: number): unknown {
  if (!(error instanceof ApiError) || error.code !== 'request/bad-filter') return error;
  const problems = error.problems.map((problem) => {
    const offset = Number(problem.path);
    if (problem.path === '' || !Number.isInteger(offset)) return problem;
    return { ...problem, path: String(Math.max(0, Math.min(length, offset - by))) };
  });
  return new ApiError({
    type: 'about:blank',
    title: error.title,
    status: error.status,
    code: error.code,
    detail: error.message,
    hint: error.hint,
    instance: '',
    requestId: error.requestId,
    problems,
  });
}

/** Every key in use, for the column chooser and for completion. */
export function useRunKeys(experimentId: string | undefined) {
  return useQuery({
    queryKey: keys.runKeys(experimentId),
    queryFn: ({ signal }) => client.runs.keys({ query: { experimentId, limit: 5000 }, signal }),
  });
}

/** Names of experiments by id, for tables that span several. */
export function useExperimentNames(): ReadonlyMap<string, string> {
  const query = useQuery({
    queryKey: keys.list('experiments', { limit: 1000, fields: 'name' }),
    queryFn: ({ signal }) => client.experiments.list({ query: { limit: 1000 }, signal }),
  });
  return useMemo(
    () => new Map(query.data?.items.map((experiment) => [experiment.id, experiment.name])),
    [query.data],
  );
}
