import { useQuery } from '@tanstack/react-query';
import type { Reproduction, ReproductionVerdict } from '../../../../local-api/contract/index.ts';
import { client } from '../../../app/api.ts';
import { keys } from '../../../app/queries.ts';
import type { Tone } from '../../../components/ToneBadge.tsx';

const POLL_MS = 2000;

/** How a run can be made again and what came of it; asks again while a copy goes on or is still to be compared. */
export function useReproductions(runId: string) {
  return useQuery({
    queryKey: keys.part('runs', runId, 'reproductions'),
    queryFn: ({ signal }) => client.reproduction.get({ params: { runId }, signal }),
    refetchInterval: ({ state }) => {
      const all = [...(state.data?.copies ?? []), state.data?.reproduces ?? null];
      return all.some((one) => one !== null && one.report === null) ? POLL_MS : false;
    },
  });
}

const verdicts: Record<ReproductionVerdict, { tone: Tone; label: string }> = {
  identical: { tone: 'good', label: 'Identical' },
  'same-metrics': { tone: 'good', label: 'Same metrics' },
  differs: { tone: 'warn', label: 'Differs' },
  'nothing-to-compare': { tone: 'idle', label: 'Nothing to compare' },
  failed: { tone: 'bad', label: 'Not reproduced' },
};

/** The verdict in a word or two; of a copy that goes on, that it does. */
export function verdictOf({ report, status }: Reproduction): { tone: Tone; label: string } {
  if (report !== null) return verdicts[report.verdict];
  return status === 'running' || status === 'scheduled'
    ? { tone: 'info', label: 'Running' }
    : { tone: 'info', label: 'Comparing' };
}
