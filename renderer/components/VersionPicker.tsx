import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { DatasetVersion } from '../../local-api/contract/index.ts';
import { client } from '../app/api.ts';
import { formatCount, formatRelative } from '../app/format.ts';
import { keys } from '../app/queries.ts';
import classes from './VersionPicker.module.css';

type Props = {
  /** What the version is for: "Reference". Names both inputs. */
  label: string;
  description?: string;
  /** Id of the chosen dataset version. */
  value: string | null;
  onChange: (version: DatasetVersion | null) => void;
  error?: string | undefined;
};

/** Chooses a dataset, then one of its versions; the newest is taken at first. */
export function VersionPicker({ label, description, value, onChange, error }: Props) {
  const [text, setText] = useState('');
  const [search] = useDebouncedValue(text, 200);
  const chosen = useQuery({
    queryKey: keys.item('dataset-versions', value ?? ''),
    queryFn: ({ signal }) => client.datasets.version({ params: { versionId: value ?? '' }, signal }),
    enabled: value !== null,
  });
  const [dataset, setDataset] = useState<string | null>(null);
  const chosenDataset = chosen.data?.dataset;
  useEffect(() => {
    if (chosenDataset !== undefined) setDataset(chosenDataset);
  }, [chosenDataset]);

  const query =
    search === '' || search === dataset ? { limit: 200 } : { limit: 200, filter: nameFilter(search) };
  const datasets = useQuery({
    queryKey: keys.list('datasets', query),
    queryFn: ({ signal }) => client.datasets.list({ query, signal }),
    placeholderData: (previous) => previous,
  });
  const versions = useQuery({
    queryKey: keys.part('datasets', dataset ?? '', 'versions', 'newest'),
    queryFn: ({ signal }) =>
      client.datasets.versions({ params: { dataset: dataset ?? '' }, query: { limit: 200 }, signal }),
    enabled: dataset !== null,
  });
  const names = new Set(datasets.data?.items.map((one) => one.name));
  if (dataset !== null) names.add(dataset);
  const pickDataset = (name: string | null) => {
    setDataset(name);
    onChange(datasets.data?.items.find((one) => one.name === name)?.latest ?? null);
  };
  const pickVersion = (id: string | null) => {
    onChange(versions.data?.items.find((version) => version.id === id) ?? null);
  };
  return (
    <fieldset className={classes.picker}>
      <legend className={classes.label}>{label}</legend>
      {description ? <p className={classes.description}>{description}</p> : null}
      <div className={classes.inputs}>
        <Select
          aria-label={`${label}: dataset`}
          placeholder="Dataset"
          searchable
          data={[...names]}
          value={dataset}
          onChange={pickDataset}
          onSearchChange={setText}
          nothingFoundMessage="No dataset is called this"
          error={error}
        />
        <Select
          aria-label={`${label}: version`}
          placeholder="Version"
          disabled={dataset === null}
          allowDeselect={false}
          data={
            versions.data?.items.map((version) => ({ value: version.id, label: describe(version) })) ?? []
          }
          value={value}
          onChange={pickVersion}
        />
      </div>
    </fieldset>
  );
}

function describe(version: DatasetVersion): string {
  return `v${version.version} · ${formatCount(version.rows)} rows · ${formatRelative(version.createdAtMs, Date.now())}`;
}

function nameFilter(text: string): string {
  return `name ilike '%${text.replaceAll("'", "''")}%'`;
}
