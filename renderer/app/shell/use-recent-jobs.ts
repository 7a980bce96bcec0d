import { useQuery } from '@tanstack/react-query';
import { client } from '../api.ts';
import { keys } from '../queries.ts';

const query = { limit: 40 };

/** The newest jobs, for the indicator and the drawer; progress arrives by events. */
export function useRecentJobs() {
  return useQuery({
    queryKey: keys.list('jobs', query),
    queryFn: ({ signal }) => client.jobs.list({ query, signal }),
  });
}
