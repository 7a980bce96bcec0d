import { useQuery } from '@tanstack/react-query';
import { client } from '../../app/api.ts';
import { keys } from '../../app/queries.ts';

/** Figures are counted in slices of ten seconds: looking more often shows nothing new for long. */
const STATS_EVERY_MS = 5000;

export function useEndpoints() {
  return useQuery({
    queryKey: keys.list('endpoints'),
    queryFn: ({ signal }) => client.endpoints.list({ signal }),
  });
}

/** Counts of a canary move without an event, so it is read anew while one runs. */
export function useEndpoint(name: string) {
  return useQuery({
    queryKey: keys.item('endpoints', name),
    queryFn: ({ signal }) => client.endpoints.get({ params: { name }, signal }),
    refetchInterval: ({ state }) => (state.data?.canary ? STATS_EVERY_MS : false),
  });
}

export function useEndpointStats(name: string, windowSeconds: number) {
  return useQuery({
    queryKey: keys.part('endpoints', name, 'stats', windowSeconds),
    queryFn: ({ signal }) => client.endpoints.stats({ params: { name }, query: { windowSeconds }, signal }),
    refetchInterval: STATS_EVERY_MS,
  });
}

export function useEndpointChanges(name: string) {
  return useQuery({
    queryKey: keys.part('endpoints', name, 'changes'),
    queryFn: ({ signal }) => client.endpoints.changes({ params: { name }, query: { limit: 200 }, signal }),
  });
}
