import { Select } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { DataCheckSettings } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { keys } from '../../app/queries.ts';
import { toastFault } from '../../components/toasts.tsx';

const onImport = [
  { value: 'off', label: 'New versions: not checked' },
  { value: 'report', label: 'New versions: checked' },
  { value: 'refuse', label: 'Imports that fail: refused' },
];
const onTraining = [
  { value: 'off', label: 'Trainings: nothing said' },
  { value: 'warn', label: 'Trainings: warned' },
  { value: 'refuse', label: 'Trainings: refused if it fails' },
];

/** When the schema of a dataset is checked. */
export function CheckSettings({ dataset }: { dataset: string }) {
  const cache = useQueryClient();
  const queryKey = keys.part('datasets', dataset, 'schemas', 'settings');
  const { data } = useQuery({
    queryKey,
    queryFn: ({ signal }) => client.dataSchemas.settings({ params: { dataset }, signal }),
  });
  if (data === undefined) return null;
  const change = (part: Partial<DataCheckSettings>) =>
    client.dataSchemas
      .changeSettings({ params: { dataset }, body: part })
      .then((settings) => cache.setQueryData(queryKey, settings))
      .catch(toastFault);
  return (
    <>
      <Select
        aria-label="What is done with new versions"
        w={210}
        allowDeselect={false}
        data={onImport}
        value={data.onImport}
        onChange={(value) => {
          const found = onImportOf(value);
          if (found) void change({ onImport: found });
        }}
      />
      <Select
        aria-label="What trainings are told"
        w={210}
        allowDeselect={false}
        data={onTraining}
        value={data.onTraining}
        onChange={(value) => {
          if (value === 'off' || value === 'warn' || value === 'refuse') void change({ onTraining: value });
        }}
      />
    </>
  );
}

function onImportOf(value: string | null): DataCheckSettings['onImport'] | null {
  return value === 'off' || value === 'report' || value === 'refuse' ? value : null;
}
