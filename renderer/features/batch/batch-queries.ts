import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { BatchPredictionRequestInput } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { keys } from '../../app/queries.ts';

export function useBatch(batchId: string) {
  return useQuery({
    queryKey: keys.item('batch-predictions', batchId),
    queryFn: ({ signal }) => client.batchPredictions.get({ params: { batchId }, signal }),
  });
}

/** What a request would do; reads nothing while there is none. The answer before stays until the next is there. */
export function useBatchCheck(request: BatchPredictionRequestInput | null) {
  return useQuery({
    queryKey: ['batch-predictions', 'check', request],
    queryFn: ({ signal }) => {
      if (request === null) throw new Error('there is nothing to check');
      return client.batchPredictions.check({ body: request, signal });
    },
    enabled: request !== null,
    placeholderData: keepPreviousData,
    retry: false,
  });
}

export function useSchedules() {
  return useQuery({
    queryKey: keys.list('schedules'),
    queryFn: ({ signal }) => client.schedules.list({ signal }),
  });
}

export function useScheduleRuns(scheduleId: string) {
  return useQuery({
    queryKey: keys.part('schedules', scheduleId, 'runs'),
    queryFn: ({ signal }) => client.schedules.runs({ params: { scheduleId }, signal }),
  });
}
