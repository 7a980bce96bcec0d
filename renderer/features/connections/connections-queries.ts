import { useQuery } from '@tanstack/react-query';
import { client } from '../../app/api.ts';

export function useConnections() {
  return useQuery({
    queryKey: ['connections', 'list'],
    queryFn: ({ signal }) => client.connections.list({ signal }),
  });
}

export function useConnectionKinds() {
  return useQuery({
    queryKey: ['connections', 'kinds'],
    queryFn: ({ signal }) => client.connections.kinds({ signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
