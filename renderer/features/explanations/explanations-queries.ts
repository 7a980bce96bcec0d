import { useQuery } from '@tanstack/react-query';
import { client } from '../../app/api.ts';
import { keys } from '../../app/queries.ts';

/** The newest explanation of a model file; null when there is none yet. */
export function useNewestExplanation(digest: string | null) {
  return useQuery({
    queryKey: ['explanations', 'of', digest],
    queryFn: async ({ signal }) => {
      const query = { filter: `digest = '${digest}'`, limit: 1 };
      const { items } = await client.explanations.list({ query, signal });
      const [newest] = items;
      return newest === undefined
        ? null
        : client.explanations.get({ params: { explanationId: newest.id }, signal });
    },
    enabled: digest !== null,
  });
}

/** The model file of a run; null when it holds none. */
export function useModelDigest(runId: string) {
  return useQuery({
    queryKey: keys.part('runs', runId, 'model-digest'),
    queryFn: async ({ signal }) => {
      const { tags } = await client.runs.get({ params: { runId }, signal });
      return tags['assay.model'] ?? null;
    },
  });
}
