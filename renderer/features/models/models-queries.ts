import { useQuery } from '@tanstack/react-query';
import { client } from '../../app/api.ts';
import { keys } from '../../app/queries.ts';

export function useModel(model: string) {
  return useQuery({
    queryKey: keys.item('models', model),
    queryFn: ({ signal }) => client.models.get({ params: { model }, signal }),
  });
}

/** The versions of a model, newest first: up to a thousand, which the table shows without paging. */
export function useModelVersions(model: string) {
  return useQuery({
    queryKey: keys.part('models', model, 'versions'),
    queryFn: ({ signal }) => client.models.versions({ params: { model }, query: { limit: 1000 }, signal }),
  });
}

/** Names in use, for pickers. */
export function useModelNames(): string[] {
  const query = useQuery({
    queryKey: keys.list('models', { limit: 1000, fields: 'name' }),
    queryFn: ({ signal }) => client.models.list({ query: { limit: 1000 }, signal }),
  });
  return query.data?.items.map((model) => model.name) ?? [];
}

/** The version that a run would get in a model that is there; reads nothing while `model` is null. */
export function useVersionProposal(model: string | null, runId: string) {
  return useQuery({
    queryKey: keys.part('models', model ?? '', 'proposal', runId),
    queryFn: ({ signal }) =>
      client.models.proposal({ params: { model: model ?? '' }, query: { runId }, signal }),
    enabled: model !== null,
  });
}
