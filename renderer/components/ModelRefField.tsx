import { Autocomplete } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { client } from '../app/api.ts';
import { keys } from '../app/queries.ts';

type Props = {
  value: string;
  onChange: (ref: string) => void;
  label?: string;
  /** One of several in a row: its label is read out, and what can be typed is said elsewhere. */
  isRow?: boolean;
};

/** Suggests every model with its newest version and its aliases; another version can be typed: name/1.2.0. */
export function ModelRefField({ value, onChange, label = 'Model', isRow = false }: Props) {
  const models = useQuery({
    queryKey: keys.list('models', { limit: 500 }),
    queryFn: ({ signal }) => client.models.list({ query: { limit: 500 }, signal }),
  });
  const refs = (models.data?.items ?? []).flatMap(({ name, aliases, latest }) => [
    ...(latest ? [`${name}/${latest.version}`] : []),
    ...Object.keys(aliases).map((alias) => `${name}@${alias}`),
  ]);
  return (
    <Autocomplete
      {...(isRow
        ? { 'aria-label': label, placeholder: label, flex: 1 }
        : { label, description: 'name/1.2.0, name@alias, or name for the newest version' })}
      data={[...new Set(refs)]}
      limit={50}
      value={value}
      onChange={onChange}
    />
  );
}
