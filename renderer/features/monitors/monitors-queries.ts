import { useQuery } from '@tanstack/react-query';
import { client } from '../../app/api.ts';
import { keys } from '../../app/queries.ts';

export function useMonitors() {
  return useQuery({
    queryKey: keys.list('monitors'),
    queryFn: ({ signal }) => client.monitors.list({ signal }),
  });
}

export function useMonitor(monitorId: string) {
  return useQuery({
    queryKey: keys.item('monitors', monitorId),
    queryFn: ({ signal }) => client.monitors.get({ params: { monitorId }, signal }),
  });
}

/** The newest checks, newest first. */
export function useChecks(monitorId: string, limit: number) {
  return useQuery({
    queryKey: keys.part('monitors', monitorId, 'checks', limit),
    queryFn: ({ signal }) => client.monitors.checks({ params: { monitorId }, query: { limit }, signal }),
  });
}

export function useAlerts(query: { monitorId?: string; state?: 'firing' | 'resolved'; limit: number }) {
  return useQuery({
    queryKey: ['monitor-alerts', 'list', query],
    queryFn: ({ signal }) => client.monitorAlerts.list({ query, signal }),
  });
}
