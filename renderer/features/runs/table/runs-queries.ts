import {
  keepPreviousData,
  skipToken,
  type UseQueryResult,
  useQueries,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import type { Page, RunGroup, RunGroupQuery, RunRow } from '../../../../local-api/contract/index.ts';
import { ApiError, client, toFault } from '../../../app/api.ts';
import { keys, type ListState, useCursorList } from '../../../app/queries.ts';
import { scopeFilter } from './scope-filter.ts';
import type { Below } from './table-rows.ts';

const PAGE_SIZE = 200;
const GROUPS_PAGE = 100;
/** Pinned runs stand over the table, so there is room for few. */
const MAX_PINNED = 50;
const KEYS_READ = 1000;

export type RunsQuery = {
  /** What the person typed. */
  filter: string;
  /** What the page narrows it to: `experimentId = '3'`. */
  scope: string | undefined;
  sort: string | undefined;
  /** What is read of each run, as the API writes it. */
  fields: string;
  /** False while something else is shown. */
  enabled: boolean;
};

export type RunsList = ListState<RunRow> & {
  /** Reads the first page anew, and forgets the others: they would have to move anyway. */
  startOver: () => void;
};

/** The runs that match, in pages, with just the fields named. Faults of the filter have their offsets in the typed text. */
export function useRunsList({ filter, scope, sort, fields, enabled }: RunsQuery): RunsList {
  const cache = useQueryClient();
  const sent = useMemo(() => scopeFilter(filter, scope), [filter, scope]);
  const key = useMemo(
    () =>
      keys.list('runs', {
        ...(sent.filter ? { filter: sent.filter } : {}),
        ...(sort ? { sort } : {}),
        fields,
      }),
    [sent, sort, fields],
  );
  const list = useCursorList<RunRow>(
    key,
    (cursor, signal) =>
      client.runs
        .list({ query: { filter: sent.filter, sort, fields, limit: PAGE_SIZE, cursor }, signal })
        .catch((error: unknown) => {
          throw shiftOffsets(error, sent.offset, filter.length);
        }),
    { enabled },
  );
  return { ...list, startOver: () => void cache.resetQueries({ queryKey: key, exact: true }) };
}

/** How many runs match; undefined until known. */
export function useRunsCount(filter: string | undefined, enabled: boolean): number | undefined {
  const count = useQuery({
    queryKey: keys.count('runs', filter),
    queryFn: ({ signal }) => client.runs.count({ query: { filter }, signal }),
    enabled,
  });
  return count.data?.count;
}

/** The pinned runs of the page, whatever its filter says. */
export function usePinnedRuns(
  scope: string | undefined,
  fields: string,
  enabled: boolean,
): readonly RunRow[] {
  const filter = `tags.assay.pinned = 'true'${scope ? ` and ${scope}` : ''}`;
  const query = useQuery({
    queryKey: ['runs', 'list', 'pinned', filter, fields],
    queryFn: ({ signal }) => client.runs.list({ query: { filter, fields, limit: MAX_PINNED }, signal }),
    placeholderData: keepPreviousData,
    enabled,
  });
  return useMemo(
    () => (query.data?.items ?? []).filter((run) => run.tags?.['assay.pinned'] !== undefined),
    [query.data],
  );
}

export type GroupsQuery = Pick<RunGroupQuery, 'by' | 'metrics' | 'sort'> & {
  filter: string;
  scope: string | undefined;
  enabled: boolean;
};

/** Groups of the runs that match, in pages, and how many groups and runs there are. */
export function useRunGroups({ filter, scope, by, metrics, sort, enabled }: GroupsQuery) {
  const cache = useQueryClient();
  const sent = useMemo(() => scopeFilter(filter, scope), [filter, scope]);
  const key = useMemo(() => ['runs', 'groups', sent.filter, by, metrics, sort], [sent, by, metrics, sort]);
  const totalsKey = ['runs', 'group-totals', sent.filter, by];
  const list = useCursorList<RunGroup>(
    key,
    async (cursor, signal) => {
      const body = {
        filter: sent.filter,
        by: [...by],
        metrics: [...metrics],
        sort,
        limit: GROUPS_PAGE,
        cursor,
      };
      try {
        const page = await client.runGroups.list({ body, signal });
        cache.setQueryData(totalsKey, page.total);
        return page;
      } catch (error) {
        throw shiftOffsets(error, sent.offset, filter.length);
      }
    },
    { enabled },
  );
  // Each page says how many groups there are in all: nothing is asked for it.
  const totals = useQuery<{ groups: number; runs: number }>({ queryKey: totalsKey, queryFn: skipToken });
  const refresh = () => {
    void cache.invalidateQueries({ queryKey: ['runs', 'groups'] });
    void cache.invalidateQueries({ queryKey: ['runs', 'list', 'below'] });
  };
  return { ...list, totals: totals.data, refresh };
}

/** Which runs stand below an unfolded row, and how many of them are read. */
export type BelowQuery = { id: string; filter: string; limit: number };

/** The runs below each unfolded row, by the id of the row. */
export function useBelow(
  asked: readonly BelowQuery[],
  sort: string | undefined,
  fields: string,
): ReadonlyMap<string, Below> {
  const combine = useCallback(
    (answers: UseQueryResult<Page<RunRow>>[]) =>
      new Map(
        answers.map((answer, index): [string, Below] => [
          asked[index]?.id ?? '',
          {
            items: answer.data?.items ?? [],
            hasMore: typeof answer.data?.nextCursor === 'string',
            isPending: answer.isPending,
            error: answer.error ? toFault(answer.error).title : null,
          },
        ]),
      ),
    [asked],
  );
  return useQueries({
    queries: asked.map(({ filter, limit }) => ({
      queryKey: ['runs', 'list', 'below', filter, sort, fields, limit],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        client.runs.list({ query: { filter, sort, fields, limit }, signal }),
      placeholderData: keepPreviousData<Page<RunRow>>,
    })),
    combine,
  });
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

/** Keys in use that begin with a prefix, at most a thousand of each kind: a chooser cannot show more at once. */
export function useRunKeys(experimentId: string | undefined, prefix = '') {
  return useQuery({
    queryKey: [...keys.runKeys(experimentId), prefix],
    queryFn: ({ signal }) =>
      client.runs.keys({ query: { experimentId, prefix: prefix || undefined, limit: KEYS_READ }, signal }),
    placeholderData: keepPreviousData,
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

const IDS_PAGE = 1000;

/** The ids of every run that matches; as many requests as there are thousands of runs. */
export async function readAllIds(filter: string | undefined): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.runs.list({ query: { filter, fields: 'id', limit: IDS_PAGE, cursor } });
    ids.push(...page.items.map((run) => run.id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return ids;
}
