import { Autocomplete, NumberInput, Radio, Select, Stack } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { RequestValidation, ServingEndpoint } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { keys } from '../../app/queries.ts';
import { FormDialog } from '../../components/FormDialog.tsx';

const modes: readonly { value: RequestValidation['mode']; label: string; description: string }[] = [
  { value: 'off', label: 'Not at all', description: 'Rows only have to fit the signature of the model.' },
  { value: 'log', label: 'Count', description: 'Broken rules are counted; each request is answered.' },
  {
    value: 'reject',
    label: 'Refuse',
    description: 'A row that breaks a rule of severity error: the request gets 422 with every fault.',
  },
];

/** Whether, and by which schema, the requests of an endpoint are checked. */
export function ChecksDialog({ endpoint, onClose }: { endpoint: ServingEndpoint; onClose: () => void }) {
  const cache = useQueryClient();
  const [{ mode, schema }, setValidation] = useState(endpoint.validation);
  const save = async () => {
    await client.endpoints.update({
      params: { name: endpoint.name },
      body: { validation: { mode, schema }, expectedRevision: endpoint.revision },
    });
    await cache.invalidateQueries({ queryKey: ['endpoints'] });
    onClose();
  };
  return (
    <FormDialog
      title={`Check the requests of ${endpoint.name}`}
      submitLabel="Save"
      canSubmit={schema === null || schema.dataset !== ''}
      onSubmit={save}
      onClose={onClose}
    >
      <Stack gap="sm">
        <Radio.Group
          label="Rows are held against a schema"
          value={mode}
          onChange={(value) => {
            const found = modes.find((one) => one.value === value);
            if (found) setValidation({ mode: found.value, schema });
          }}
        >
          <Stack gap="xs" mt="xs">
            {modes.map((one) => (
              <Radio key={one.value} {...one} />
            ))}
          </Stack>
        </Radio.Group>
        {mode === 'off' ? null : (
          <SchemaChoice schema={schema} onChange={(chosen) => setValidation({ mode, schema: chosen })} />
        )}
      </Stack>
    </FormDialog>
  );
}

type Chosen = RequestValidation['schema'];

function SchemaChoice({ schema, onChange }: { schema: Chosen; onChange: (schema: Chosen) => void }) {
  const datasets = useQuery({
    queryKey: keys.list('datasets'),
    queryFn: ({ signal }) => client.datasets.list({ query: { limit: 1000 }, signal }),
    enabled: schema !== null,
  });
  return (
    <>
      <Select
        label="Which schema"
        allowDeselect={false}
        data={[
          { value: 'training', label: 'The one in force when the model was trained' },
          { value: 'chosen', label: 'That of a dataset' },
        ]}
        value={schema === null ? 'training' : 'chosen'}
        onChange={(value) => onChange(value === 'chosen' ? { dataset: '' } : null)}
      />
      {schema === null ? null : (
        <>
          <Autocomplete
            label="Dataset"
            data={(datasets.data?.items ?? []).map(({ name }) => name)}
            value={schema.dataset}
            onChange={(dataset) => onChange({ ...schema, dataset })}
          />
          <NumberInput
            label="Version of the schema"
            description="The active one when empty"
            min={1}
            allowDecimal={false}
            value={schema.version ?? ''}
            onChange={(version) =>
              onChange({
                dataset: schema.dataset,
                ...(version === '' ? {} : { version: Math.max(1, Number(version)) }),
              })
            }
          />
        </>
      )}
    </>
  );
}
