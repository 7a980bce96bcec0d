import { useQuery } from '@tanstack/react-query';
import type { EnvironmentState } from '../../../../local-api/contract/index.ts';
import { client } from '../../../app/api.ts';
import { keys, useCursorList } from '../../../app/queries.ts';

function isPushed({ since }: EnvironmentState): boolean {
  return since?.pushes.some(({ state }) => state === 'queued' || state === 'running') ?? false;
}

/** Followed while a push that a promotion asked for is under way. */
export function useReleaseBoard(model: string) {
  return useQuery({
    queryKey: keys.part('models', model, 'releases'),
    queryFn: ({ signal }) => client.releases.board({ params: { model }, signal }),
    refetchInterval: ({ state: { data } }) => (data?.environments.some(isPushed) ? 2000 : false),
  });
}

export function useTargets() {
  return useQuery({
    queryKey: ['targets', 'list'],
    queryFn: ({ signal }) => client.targets.list({ signal }),
  });
}

export function useReleaseHistory(model: string) {
  return useCursorList(keys.part('models', model, 'release-history'), (cursor, signal) =>
    client.releases.history({
      params: { model },
      query: { limit: 100, ...(cursor === undefined ? {} : { cursor }) },
      signal,
    }),
  );
}

export function useGateReports(model: string) {
  return useCursorList(keys.part('models', model, 'gate-reports'), (cursor, signal) =>
    client.releases.gateReports({
      params: { model },
      query: { limit: 50, ...(cursor === undefined ? {} : { cursor }) },
      signal,
    }),
  );
}

/** One report; reads nothing while `reportId` is null. */
export function useGateReport(model: string, reportId: string | null) {
  return useQuery({
    queryKey: keys.part('models', model, 'gate-report', reportId ?? ''),
    queryFn: ({ signal }) => client.releases.gateReport({ params: { reportId: reportId ?? '' }, signal }),
    enabled: reportId !== null,
  });
}
