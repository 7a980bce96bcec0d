import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { client } from './api.ts';
import { followJob } from './followed-jobs.ts';
import { hasEnded } from './live-cache.ts';
import { keys } from './queries.ts';

/**
 * One job, followed to its end: events move it on at once, and a look every two seconds makes sure that nothing is
 * missed while the connection is down. Reads nothing while `jobId` is null. Nothing else announces its end meanwhile.
 */
export function useJob(jobId: string | null) {
  useEffect(() => (jobId === null ? undefined : followJob(jobId)), [jobId]);
  return useQuery({
    queryKey: keys.item('jobs', jobId ?? ''),
    queryFn: ({ signal }) => client.jobs.get({ params: { jobId: jobId ?? '' }, signal }),
    enabled: jobId !== null,
    refetchInterval: (query) => (query.state.data && hasEnded(query.state.data.state) ? false : 2000),
  });
}
