import { useQueries } from '@tanstack/react-query';
import type { Evaluation, Run } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { keys } from '../../app/queries.ts';
import { readEvaluation } from '../runs/artifacts/run-files.ts';

export type ComparedRuns = {
  runs: Run[];
  isPending: boolean;
  /** Ids that could not be read, with the reason. */
  missing: { id: string; error: unknown }[];
  refetch: () => void;
};

/** The runs of a comparison in the order of the address. One that cannot be read does not keep the others back. */
export function useComparedRuns(ids: readonly string[]): ComparedRuns {
  return useQueries({
    queries: ids.map((runId) => ({
      queryKey: keys.item('runs', runId),
      queryFn: ({ signal }: { signal: AbortSignal }) => client.runs.get({ params: { runId }, signal }),
    })),
    combine: (results) => ({
      runs: results.flatMap((result) => result.data ?? []),
      isPending: results.some((result) => result.isPending),
      missing: results.flatMap((result, index) => {
        const id = ids[index];
        return result.error && !result.data && id !== undefined ? [{ id, error: result.error }] : [];
      }),
      refetch: () => {
        for (const result of results) if (result.error) void result.refetch();
      },
    }),
  });
}

export type EvaluatedRun = { run: Run; evaluation: Evaluation };

/** The evaluations that the runs hold; runs without one are left out. */
export function useEvaluations(runs: readonly Run[]): { evaluated: EvaluatedRun[]; isPending: boolean } {
  return useQueries({
    queries: runs.map((run) => ({
      queryKey: keys.part('runs', run.id, 'evaluation'),
      queryFn: ({ signal }: { signal: AbortSignal }) => readEvaluation(run.id, signal),
    })),
    combine: (results) => ({
      isPending: results.some((result) => result.isPending),
      evaluated: results.flatMap((result, index) => {
        const run = runs[index];
        return run && result.data ? [{ run, evaluation: result.data }] : [];
      }),
    }),
  });
}
