import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Job, VersionProfile } from '../../../../local-api/contract/index.ts';
import { client } from '../../../app/api.ts';
import { keys } from '../../../app/queries.ts';
import { useJob } from '../../../app/use-job.ts';

const profileKey = (versionId: string) => keys.part('dataset-versions', versionId, 'profile');

/** The profile of a version; details and target are null until they were computed. */
export function useProfile(versionId: string, target: string | undefined) {
  return useQuery({
    queryKey: [...profileKey(versionId), target ?? ''],
    queryFn: ({ signal }) =>
      client.datasetProfiles.get({
        params: { versionId },
        query: target === undefined ? {} : { target },
        signal,
      }),
    staleTime: Number.POSITIVE_INFINITY,
    // While a target is looked up, the columns stay.
    placeholderData: (before, query) => (query?.queryKey[2] === versionId ? before : undefined),
  });
}

export type Analysis = {
  /** Starts computing what is not there yet. */
  start: () => void;
  cancel: () => void;
  job: Job | undefined;
  isAtWork: boolean;
  error: unknown;
};

/** The job that computes the details of a profile, and what goes with a target. */
export function useAnalysis(versionId: string, target: string | undefined): Analysis {
  const cache = useQueryClient();
  // A job answers one question: with another target or version it is another one.
  const question = `${versionId} ${target ?? ''}`;
  const [asked, setAsked] = useState<{ question: string; jobId: string } | null>(null);
  const jobId = asked?.question === question ? asked.jobId : null;
  const begin = useMutation({
    mutationFn: (_question: string) =>
      client.datasetProfiles.compute({
        params: { versionId },
        body: target === undefined ? {} : { target },
      }),
    onSuccess: ({ id }, of) => setAsked({ question: of, jobId: id }),
  });
  const stop = useMutation({
    mutationFn: (id: string) => client.jobs.cancel({ params: { jobId: id } }),
  });
  const job = useJob(jobId).data;
  const state = job?.state;
  useEffect(() => {
    if (state === 'succeeded') void cache.invalidateQueries({ queryKey: profileKey(versionId) });
  }, [state, cache, versionId]);
  return {
    start: () => begin.mutate(question),
    cancel: () => {
      if (jobId !== null) stop.mutate(jobId);
    },
    job,
    isAtWork: begin.isPending || state === 'queued' || state === 'running',
    error: (begin.variables === question ? begin.error : null) ?? stop.error,
  };
}

/** Whether something that was asked for is still to be computed. */
export function lacks(profile: VersionProfile, target: string | undefined): boolean {
  return profile.details === null || (target !== undefined && profile.target?.column !== target);
}

export function useInteraction(versionId: string, x: string, y: string) {
  return useQuery({
    queryKey: keys.part('dataset-versions', versionId, 'interaction', x, y),
    queryFn: ({ signal }) =>
      client.datasetProfiles.interaction({ params: { versionId }, query: { x, y }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: x !== y,
  });
}
