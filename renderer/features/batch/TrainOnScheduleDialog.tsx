import { Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import type { Run } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { paths } from '../../app/paths.ts';
import { keys } from '../../app/queries.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { FormDialog } from '../../components/FormDialog.tsx';
import { useRepeatedRun } from '../training/training-queries.ts';
import { newSchedule, ScheduleFields, timesOf } from './ScheduleFields.tsx';

type Props = { run: Run; onClose: () => void };

/** Trains by the recipe of a run again and again, on what is then the newest version of its dataset. */
export function TrainOnScheduleDialog({ run, onClose }: Props) {
  const router = useRouter();
  const cache = useQueryClient();
  const [times, setTimes] = useState(newSchedule);
  const repeated = useRepeatedRun(run.id);
  const recipe = repeated.data?.recipe;
  const versionId = recipe?.dataset ?? '';
  const version = useQuery({
    queryKey: keys.item('dataset-versions', versionId),
    queryFn: ({ signal }) => client.datasets.version({ params: { versionId }, signal }),
    enabled: versionId !== '',
  });
  const dataset = version.data?.dataset;
  const save = async () => {
    if (recipe === undefined || dataset === undefined) return;
    const request = { experimentId: run.experimentId, recipe, tags: {} };
    await client.schedules.create({
      body: { ...timesOf(times), work: { kind: 'training', dataset, request } },
    });
    await cache.invalidateQueries({ queryKey: ['schedules'] });
    onClose();
    router.history.push(paths.schedules);
  };
  return (
    <FormDialog
      title={`Train ${run.name} on a schedule`}
      submitLabel="Save the schedule"
      size="lg"
      canSubmit={dataset !== undefined && times.name.trim() !== '' && times.cron.trim() !== ''}
      onSubmit={save}
      onClose={onClose}
    >
      <Stack gap="md">
        <ErrorNote error={repeated.error ?? version.error} />
        <Text size="sm" role="status">
          {repeated.data === null
            ? 'This run holds no recipe.'
            : `By the recipe of this run, on the newest version of ${dataset ?? 'its dataset'} at each time.`}
        </Text>
        <ScheduleFields form={times} set={(change) => setTimes((before) => ({ ...before, ...change }))} />
      </Stack>
    </FormDialog>
  );
}
