import { useQuery } from '@tanstack/react-query';
import { client } from '../../app/api.ts';

export function useTargets() {
  return useQuery({
    queryKey: ['targets', 'list'],
    queryFn: ({ signal }) => client.targets.list({ signal }),
  });
}

export function useTargetKinds() {
  return useQuery({
    queryKey: ['targets', 'kinds'],
    queryFn: ({ signal }) => client.targets.kinds({ signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Newest first. */
export function usePushes(query: { model?: string; version?: string } = {}) {
  return useQuery({
    queryKey: ['pushes', 'list', query],
    queryFn: ({ signal }) => client.pushes.list({ query: { ...query, limit: 200 }, signal }),
  });
}

/** One push, followed to its end; reads nothing while `pushId` is null. */
export function usePush(pushId: string | null) {
  return useQuery({
    queryKey: ['pushes', 'item', pushId ?? ''],
    queryFn: ({ signal }) => client.pushes.get({ params: { pushId: pushId ?? '' }, signal }),
    enabled: pushId !== null,
    refetchInterval: ({ state: { data } }) =>
      data?.state === 'queued' || data?.state === 'running' ? 2000 : false,
  });
}
