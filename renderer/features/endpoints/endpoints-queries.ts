import { useQuery } from '@tanstack/react-query';
import type { AsyncPrediction } from '../../../local-api/contract/index.ts';
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

export function useEndpointValidation(name: string) {
  return useQuery({
    queryKey: keys.part('endpoints', name, 'validation'),
    queryFn: ({ signal }) => client.endpoints.validation({ params: { name }, signal }),
    refetchInterval: ({ state }) => (state.data && state.data.mode !== 'off' ? STATS_EVERY_MS : false),
  });
}

export function useEndpointChanges(name: string) {
  return useQuery({
    queryKey: keys.part('endpoints', name, 'changes'),
    queryFn: ({ signal }) => client.endpoints.changes({ params: { name }, query: { limit: 200 }, signal }),
  });
}

/** No event tells of async predictions: open ones are looked at often, and else now and then for new ones. */
const OPEN_EVERY_MS = 1500;

/** Whether it can still be given up. */
export function isOpen({ state }: Pick<AsyncPrediction, 'state'>): boolean {
  return state === 'queued' || state === 'running';
}

export function useAsyncPredictions(endpoint: string, limit: number) {
  return useQuery({
    queryKey: keys.part('endpoints', endpoint, 'async', limit),
    queryFn: ({ signal }) => client.asyncPredictions.list({ query: { endpoint, limit }, signal }),
    refetchInterval: ({ state }) => (state.data?.items.some(isOpen) ? OPEN_EVERY_MS : STATS_EVERY_MS),
  });
}

export function useAsyncPrediction(predictionId: string) {
  return useQuery({
    queryKey: ['endpoints', 'async', predictionId],
    queryFn: ({ signal }) => client.asyncPredictions.get({ params: { predictionId }, signal }),
    refetchInterval: ({ state }) => (state.data && isOpen(state.data) ? OPEN_EVERY_MS : false),
  });
}
