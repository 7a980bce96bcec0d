import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { JobLogLine } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { keys } from '../../app/queries.ts';

const PAGE = 2000;
const POLL_MS = 1000;

/** The lines of a job's log so far; while it runs, asks once a second for those that are new. */
export function useJobLog(jobId: string, isRunning: boolean) {
  const query = useInfiniteQuery({
    queryKey: [...keys.part('jobs', jobId, 'logs')],
    queryFn: ({ pageParam, signal }) =>
      client.jobs.logs({ params: { jobId }, query: { after: pageParam, limit: PAGE }, signal }),
    initialPageParam: 0,
    getNextPageParam: (page, _pages, after) => page.items.at(-1)?.seq ?? after,
    // Pages hold only what came after the one before: reading them all again would be a waste.
    staleTime: Number.POSITIVE_INFINITY,
  });
  const { fetchNextPage, isSuccess } = query;
  const lastPage = query.data?.pages.at(-1);
  const isBehind = lastPage !== undefined && lastPage.items.length === PAGE;
  useEffect(() => {
    if (isBehind) void fetchNextPage();
  }, [isBehind, fetchNextPage]);
  useEffect(() => {
    if (!isSuccess) return;
    if (!isRunning) {
      // What was printed between the last look and the end.
      void fetchNextPage();
      return;
    }
    const timer = setInterval(() => void fetchNextPage(), POLL_MS);
    return () => clearInterval(timer);
  }, [isRunning, isSuccess, fetchNextPage]);
  const lines = useMemo(
    (): JobLogLine[] => query.data?.pages.flatMap((page) => page.items) ?? [],
    [query.data],
  );
  return { lines, isPending: query.isPending, error: query.error, retry: () => void query.refetch() };
}
