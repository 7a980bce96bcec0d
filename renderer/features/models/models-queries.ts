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
