import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { TransformDefinition, type TransformDefinitionInput } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { keys } from '../../app/queries.ts';

/** Written text is looked at when it has been at rest for so long. */
const REST_MS = 250;

/** What the engine says of a definition while it is written. */
export function useCheck(definition: TransformDefinitionInput) {
  const [settled] = useDebouncedValue(definition, REST_MS);
  return useQuery({
    queryKey: ['transforms', 'check', settled],
    queryFn: ({ signal }) => client.transforms.check({ body: { definition: settled }, signal }),
    placeholderData: keepPreviousData,
  });
}

/** The first rows after a step; nothing is asked while the definition has not its shape. */
export function usePreview(
  definition: TransformDefinitionInput,
  how: { step: number | undefined; part: string | undefined },
) {
  const [settled] = useDebouncedValue(definition, REST_MS);
  const parsed = TransformDefinition.safeParse(
    how.step === undefined ? settled : { ...settled, steps: settled.steps?.slice(0, how.step + 1) },
  );
  return useQuery({
    queryKey: ['transforms', 'preview', parsed.data, how],
    queryFn: ({ signal }) => {
      if (!parsed.success) throw parsed.error;
      return client.transforms.preview({ body: { definition: parsed.data, ...how }, signal });
    },
    enabled: parsed.success && Object.keys(settled.inputs).length > 0,
    placeholderData: keepPreviousData,
    retry: false,
  });
}

export function useTransform(name: string | undefined) {
  return useQuery({
    queryKey: keys.item('transforms', name ?? ''),
    queryFn: ({ signal }) => client.transforms.get({ params: { transform: name ?? '' }, signal }),
    enabled: name !== undefined,
  });
}

/** Names and columns of the newest versions: what can be an input. */
export function useDatasets() {
  return useQuery({
    queryKey: keys.list('datasets', { sort: 'name', limit: 1000 }),
    queryFn: ({ signal }) => client.datasets.list({ query: { sort: 'name', limit: 1000 }, signal }),
  });
}
