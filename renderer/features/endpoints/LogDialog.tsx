import { Group, NumberInput, Select, Stack, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { RequestLogSettings, ServingEndpoint } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { EditableRows } from '../../components/EditableRows.tsx';
import { FormDialog } from '../../components/FormDialog.tsx';
import { ShareSlider } from './ShareSlider.tsx';

type Rule = RequestLogSettings['redact'][number];

const ways: readonly { value: Rule['how']; label: string }[] = [
  { value: 'drop', label: 'leave out' },
  { value: 'hash', label: 'keep a digest' },
  { value: 'mask', label: 'write ***' },
];

/** Which share of the requests is kept, for how long, and what must not be written. */
export function LogDialog({ endpoint, onClose }: { endpoint: ServingEndpoint; onClose: () => void }) {
  const cache = useQueryClient();
  const [log, setLog] = useState(endpoint.log);
  const set = (change: Partial<RequestLogSettings>) => setLog((before) => ({ ...before, ...change }));
  const save = async () => {
    const redact = log.redact.filter(({ column }) => column !== '');
    await client.endpoints.update({
      params: { name: endpoint.name },
      body: { log: { ...log, redact }, expectedRevision: endpoint.revision },
    });
    await cache.invalidateQueries({ queryKey: ['endpoints'] });
    onClose();
  };
  return (
    <FormDialog
      title={`What is logged of ${endpoint.name}`}
      submitLabel="Save"
      canSubmit
      onSubmit={save}
      onClose={onClose}
    >
      <Stack gap="sm">
        <ShareSlider
          label={`Share of the requests: ${Math.round(log.sampleRate * 100)} %`}
          min={0}
          max={100}
          value={Math.round(log.sampleRate * 100)}
          onChange={(percent) => set({ sampleRate: percent / 100 })}
        />
        <Group grow>
          <NumberInput
            label="Days kept"
            min={0.01}
            max={3650}
            value={log.keepDays}
            onChange={(value) => set({ keepDays: Math.max(0.01, Number(value)) })}
          />
          <NumberInput
            label="Requests kept"
            min={1}
            max={10_000_000}
            allowDecimal={false}
            thousandSeparator=" "
            value={log.keepRequests}
            onChange={(value) => set({ keepRequests: Math.max(1, Number(value)) })}
          />
        </Group>
        <div>
          <Text size="sm" fw={500} mb={4}>
            Columns that are not written as they came
          </Text>
          <EditableRows
            rows={log.redact}
            onChange={(redact) => set({ redact })}
            removeLabel={(place) => `Remove rule ${place}`}
            addLabel="Add a column"
            create={(): Rule => ({ column: '', how: 'hash' })}
          >
            {(rule, change, index) => (
              <>
                <TextInput
                  aria-label={`Column ${index + 1}`}
                  placeholder="column"
                  flex={1}
                  value={rule.column}
                  onChange={(event) => change({ column: event.currentTarget.value })}
                />
                <Select
                  aria-label={`What happens to column ${index + 1}`}
                  data={[...ways]}
                  allowDeselect={false}
                  value={rule.how}
                  onChange={(how) => how && change({ how })}
                  w={150}
                />
              </>
            )}
          </EditableRows>
        </div>
      </Stack>
    </FormDialog>
  );
}
