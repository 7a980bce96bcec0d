import { type InfiniteData, keepPreviousData, QueryClient, useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { ListQuery, Page } from '../../local-api/contract/index.ts';
import { ApiError } from './api.ts';

/**
 * Every query key begins with the resource, then what is asked of it: ['runs', 'list', …], ['runs', 'item', id].
 * The event hub invalidates by these prefixes, so a page that follows the scheme is live without doing anything.
 */
export const keys = {
  workspace: ['workspace'] as const,
  activity: ['activity'] as const,
  settings: ['settings'] as const,
  search: (text: string) => ['search', text] as const,
  trainers: ['trainers'] as const,
  list: (resource: Resource, query: Partial<ListQuery> = {}) => [resource, 'list', query] as const,
  count: (resource: 'runs' | 'jobs' | 'traces', filter = '') => [resource, 'count', filter] as const,
  item: (resource: Resource, id: string) => [resource, 'item', id] as const,
  /** A part of one item: its versions, profile, artifacts, logs … */
  part: (resource: Resource, id: string, part: string, ...more: unknown[]) =>
    [resource, 'item', id, part, ...more] as const,
  runKeys: (experimentId?: string) => ['runs', 'keys', experimentId ?? 'all'] as const,
  /** Curves; `runIds` comes first so that a new point can find the queries that show its run. */
  series: (runIds: readonly string[], metricKeys: readonly string[], ...more: unknown[]) =>
    ['runs', 'series', runIds, metricKeys, ...more] as const,
};

export type Resource =
  | 'datasets'
  | 'dataset-versions'
  | 'data-validations'
  | 'experiments'
  | 'transforms'
  | 'runs'
  | 'models'
  | 'endpoints'
  | 'batch-predictions'
  | 'schedules'
  | 'drift-reports'
  | 'drift-series'
  | 'monitors'
  | 'monitor-alerts'
  | 'explanations'
  | 'traces'
  | 'views'
  | 'jobs';

/** The cache of the page. Events keep it fresh, so nothing is fetched again merely because a window gained focus. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        gcTime: 10 * 60_000,
        refetchOnWindowFocus: false,
        retry: (failures, error) => failures < 2 && !(error instanceof ApiError && error.status < 500),
      },
      mutations: { retry: false },
    },
  });
}

export type ListState<Item> = {
  items: Item[];
  /** No page has arrived yet. */
  isPending: boolean;
  /** A first or further page is on its way. */
  isFetching: boolean;
  error: unknown;
  hasMore: boolean;
  loadMore: () => void;
  refetch: () => void;
};

const NOTHING: never[] = [];

/**
 * A cursor-paged listing as one growing array. While a new filter or sort loads, the old rows stay
 * (`placeholderData`), so a table does not blink.
 *
 * @param key query key; must contain everything `fetchPage` closes over
 * @param fetchPage gets the cursor of the page (undefined for the first) and an abort signal
 */
export function useCursorList<Item>(
  key: readonly unknown[],
  fetchPage: (cursor: string | undefined, signal: AbortSignal) => Promise<Page<Item>>,
  options: { enabled?: boolean } = {},
): ListState<Item> {
  const query = useInfiniteQuery<
    Page<Item>,
    Error,
    InfiniteData<Page<Item>, string | undefined>,
    readonly unknown[],
    string | undefined
  >({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => fetchPage(pageParam, signal),
    initialPageParam: undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    enabled: options.enabled ?? true,
  });
  const items = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? NOTHING, [query.data]);
  return {
    items,
    isPending: query.isPending,
    isFetching: query.isFetching,
    error: query.error,
    hasMore: query.hasNextPage,
    loadMore: () => {
      if (query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage();
    },
    refetch: () => void query.refetch(),
  };
}
