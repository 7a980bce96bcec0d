import { useLocalStorage } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Job } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { hasEnded } from '../../app/live-cache.ts';
import { keys } from '../../app/queries.ts';
import { useJob } from '../../app/use-job.ts';

export type SampleLoopState = {
  /** The newest sample loop of this workspace, or null. */
  job: Job | null;
  /** Running, or ended and not yet put away. */
  isShown: boolean;
  start: () => void;
  isStarting: boolean;
  error: unknown;
  hide: () => void;
};

const newest = { filter: "kind = 'quickstart'", sort: '-createdAtMs', limit: 1 };

/** The sample loop of this workspace: finds the newest, follows it, starts one. */
export function useSampleLoop(): SampleLoopState {
  const cache = useQueryClient();
  const [hiddenId, setHiddenId] = useLocalStorage({ key: 'assay-sample-loop-hidden', defaultValue: '' });
  const found = useQuery({
    queryKey: keys.list('jobs', newest),
    queryFn: ({ signal }) => client.jobs.list({ query: newest, signal }),
  });
  const starting = useMutation({
    mutationFn: () => client.workspace.quickstart({ body: {} }),
    onSuccess: (job) => {
      cache.setQueryData(keys.item('jobs', job.id), job);
      return cache.invalidateQueries({ queryKey: ['jobs', 'list'] });
    },
  });
  const listed = found.data?.items[0] ?? null;
  const jobId = starting.data?.id ?? listed?.id ?? null;
  const job = useJob(jobId).data ?? listed;
  return {
    job,
    isShown: job !== null && (!hasEnded(job.state) || job.id !== hiddenId),
    start: () => starting.mutate(),
    isStarting: starting.isPending,
    error: starting.error,
    hide: () => setHiddenId(job?.id ?? ''),
  };
}
