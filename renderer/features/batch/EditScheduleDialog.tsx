import { Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { BatchPredictionRequest, type Schedule } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { FormDialog } from '../../components/FormDialog.tsx';
import { ModelRefField } from '../../components/ModelRefField.tsx';
import { type BatchForm, formOf, requestOf } from './batch-form.ts';
import { useBatchCheck } from './batch-queries.ts';
import { DataFields } from './DataFields.tsx';
import { OutputFields } from './OutputFields.tsx';
import { ScheduleFields, scheduleFormOf, timesOf } from './ScheduleFields.tsx';

type Props = { schedule: Schedule; onClose: () => void };

/** Changes when a schedule runs and, for predictions, of what. What it started already stays as it is. */
export function EditScheduleDialog({ schedule, onClose }: Props) {
  const cache = useQueryClient();
  const [times, setTimes] = useState(() => scheduleFormOf(schedule));
  const { work } = schedule;
  const [batch, setBatch] = useState(() => (work.kind === 'batch' ? formOf(work.request) : null));
  const request = batch === null ? null : requestOf(batch);
  const save = async () => {
    await client.schedules.update({
      params: { scheduleId: schedule.id },
      body: {
        ...timesOf(times),
        ...(request === null
          ? {}
          : { work: { kind: 'batch', request: BatchPredictionRequest.parse(request) } }),
      },
    });
    await cache.invalidateQueries({ queryKey: ['schedules'] });
    onClose();
  };
  return (
    <FormDialog
      title={`Edit ${schedule.name}`}
      submitLabel="Save"
      size="xl"
      canSubmit={times.name.trim() !== '' && times.cron.trim() !== '' && (batch === null || request !== null)}
      onSubmit={save}
      onClose={onClose}
    >
      <Stack gap="md">
        <ScheduleFields form={times} set={(change) => setTimes((before) => ({ ...before, ...change }))} />
        {batch === null ? (
          <Text size="sm" c="dimmed">
            What it trains stays as it is.
          </Text>
        ) : (
          <WorkFields
            form={batch}
            set={(change) => setBatch((before) => (before === null ? null : { ...before, ...change }))}
          />
        )}
      </Stack>
    </FormDialog>
  );
}

function WorkFields({ form, set }: { form: BatchForm; set: (change: Partial<BatchForm>) => void }) {
  const [asked] = useDebouncedValue(requestOf(form), 300);
  const check = useBatchCheck(asked);
  return (
    <>
      <ModelRefField value={form.model} onChange={(model) => set({ model })} />
      <DataFields form={form} set={set} canUpload={false} />
      <OutputFields form={form} set={set} columns={check.data?.columns.map(({ name }) => name) ?? []} />
    </>
  );
}
