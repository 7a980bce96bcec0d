import { Group, NumberInput, Stack, Switch } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ServingEndpoint } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { FormDialog } from '../../components/FormDialog.tsx';

type Field = { label: string; description: string; min: number; max: number };

/** What an endpoint takes on at once, and which answers it keeps. */
export function LimitsDialog({ endpoint, onClose }: { endpoint: ServingEndpoint; onClose: () => void }) {
  const cache = useQueryClient();
  const [limits, setLimits] = useState(endpoint.limits);
  const set = (change: Partial<typeof limits>) => setLimits((before) => ({ ...before, ...change }));
  const save = async () => {
    await client.endpoints.update({
      params: { name: endpoint.name },
      body: { limits, expectedRevision: endpoint.revision },
    });
    await cache.invalidateQueries({ queryKey: ['endpoints'] });
    onClose();
  };
  return (
    <FormDialog
      title={`Limits of ${endpoint.name}`}
      submitLabel="Save"
      canSubmit
      onSubmit={save}
      onClose={onClose}
    >
      <Stack gap="sm">
        <Group grow align="flex-start">
          <WholeNumber
            field={{ label: 'At the same time', description: 'Requests answered', min: 1, max: 10_000 }}
            value={limits.maxInFlight}
            onChange={(maxInFlight) => set({ maxInFlight: maxInFlight ?? 1 })}
          />
          <WholeNumber
            field={{ label: 'Waiting', description: 'Further ones get 503', min: 0, max: 100_000 }}
            value={limits.maxWaiting}
            onChange={(maxWaiting) => set({ maxWaiting: maxWaiting ?? 0 })}
          />
          <WholeNumber
            field={{ label: 'Deadline, ms', description: 'None when empty', min: 1, max: 600_000 }}
            value={limits.timeoutMs}
            onChange={(timeoutMs) => set({ timeoutMs })}
          />
        </Group>
        <Switch
          label="Keep answers and give them again for the same rows"
          checked={limits.cache !== null}
          onChange={({ currentTarget: { checked } }) =>
            set({ cache: checked ? { entries: 1000, seconds: 300 } : null })
          }
        />
        {limits.cache === null ? null : (
          <KeptAnswers cache={limits.cache} onChange={(kept) => set({ cache: kept })} />
        )}
      </Stack>
    </FormDialog>
  );
}

type Kept = NonNullable<ServingEndpoint['limits']['cache']>;

function KeptAnswers({ cache, onChange }: { cache: Kept; onChange: (cache: Kept) => void }) {
  return (
    <Group grow align="flex-start">
      <WholeNumber
        field={{ label: 'Answers', description: 'The least used goes first', min: 1, max: 100_000 }}
        value={cache.entries}
        onChange={(entries) => onChange({ ...cache, entries: entries ?? 1 })}
      />
      <WholeNumber
        field={{ label: 'Seconds', description: 'How long one is kept', min: 1, max: 86_400 }}
        value={cache.seconds}
        onChange={(seconds) => onChange({ ...cache, seconds: seconds ?? 1 })}
      />
    </Group>
  );
}

type NumberProps = { field: Field; value: number | null; onChange: (value: number | null) => void };

/** Within its bounds, or null when it is empty. */
function WholeNumber({ field, value, onChange }: NumberProps) {
  const { min, max } = field;
  return (
    <NumberInput
      {...field}
      allowDecimal={false}
      value={value ?? ''}
      onChange={(next) => onChange(next === '' ? null : Math.min(max, Math.max(min, Number(next))))}
    />
  );
}
