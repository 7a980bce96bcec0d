import { Button, SegmentedControl } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconCalendarPlus, IconPlayerPlay } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { type BatchCheck, BatchPredictionRequest } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatPlural } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { ModelRefField } from '../../components/ModelRefField.tsx';
import { Page, PageHeader } from '../../components/Page.tsx';
import { Panel } from '../../components/Panel.tsx';
import classes from './batch.module.css';
import { type BatchForm, newForm, requestOf, type When } from './batch-form.ts';
import { useBatchCheck } from './batch-queries.ts';
import { DataFields } from './DataFields.tsx';
import { OutputFields } from './OutputFields.tsx';
import { newSchedule, ScheduleFields, timesOf } from './ScheduleFields.tsx';

const crumbs = [{ label: 'Batches', href: paths.batches() }];

/** Chooses model, rows and output; says what would happen; starts it now or by itself at given times. */
export function NewBatchPage() {
  const router = useRouter();
  const cache = useQueryClient();
  const search = useSearch({ from: '/batches/new' });
  const [form, setForm] = useState(() => newForm(search));
  const [when, setWhen] = useState<When>(search.when === 'schedule' ? 'schedule' : 'now');
  const [schedule, setSchedule] = useState(newSchedule);
  const set = (change: Partial<BatchForm>) => setForm((before) => ({ ...before, ...change }));
  const request = requestOf(form);
  const [asked] = useDebouncedValue(request, 300);
  const check = useBatchCheck(asked);
  const start = useMutation({
    mutationFn: async () => {
      if (request === null) return;
      if (when === 'now') {
        const batch = await client.batchPredictions.create({ body: request });
        router.history.push(paths.batch(batch.id));
        return;
      }
      const work = { kind: 'batch' as const, request: BatchPredictionRequest.parse(request) };
      await client.schedules.create({ body: { ...timesOf(schedule), work } });
      await cache.invalidateQueries({ queryKey: ['schedules'] });
      router.history.push(paths.schedules);
    },
  });
  const chooseWhen = (next: When) => {
    setWhen(next);
    if (next === 'schedule' && form.from === 'upload') set({ from: 'dataset' });
  };
  const isRefused = (check.data?.problems.length ?? 0) > 0 || check.error !== null;
  return (
    <Page width="narrow">
      <PageHeader
        title="New batch prediction"
        crumbs={crumbs}
        description="Predicts every row of a table and keeps the answers as a file."
      />
      <Panel title="Model">
        <ModelRefField value={form.model} onChange={(model) => set({ model })} />
      </Panel>
      <Panel title="Rows">
        <DataFields form={form} set={set} canUpload={when === 'now'} />
      </Panel>
      <Panel title="Output">
        <OutputFields form={form} set={set} columns={check.data?.columns.map(({ name }) => name) ?? []} />
      </Panel>
      <Panel title="When">
        <div className={classes.fields}>
          <SegmentedControl
            aria-label="When it starts"
            data={[
              { value: 'now', label: 'Now' },
              { value: 'schedule', label: 'On a schedule' },
            ]}
            value={when}
            onChange={(next) => chooseWhen(next as When)}
          />
          {when === 'schedule' ? (
            <ScheduleFields
              form={schedule}
              set={(change) => setSchedule((before) => ({ ...before, ...change }))}
            />
          ) : null}
        </div>
      </Panel>
      {asked === null ? null : (
        <Panel title="What will happen">
          <ErrorNote error={check.error} />
          {check.data && !check.error ? <CheckView check={check.data} /> : null}
        </Panel>
      )}
      <ErrorNote error={start.error} />
      <div>
        <Button
          size="sm"
          leftSection={when === 'now' ? <IconPlayerPlay size={16} /> : <IconCalendarPlus size={16} />}
          disabled={request === null || isRefused || (when === 'schedule' && schedule.name.trim() === '')}
          loading={start.isPending}
          onClick={() => start.mutate()}
        >
          {when === 'now' ? 'Predict' : 'Save the schedule'}
        </Button>
      </div>
    </Page>
  );
}

function CheckView({ check }: { check: BatchCheck }) {
  const { model, version, sourceName, rows, problems, notes } = check;
  return (
    <div className={classes.fields} role="status">
      <p>
        {model} {version} {problems.length === 0 ? 'predicts' : 'cannot predict'}{' '}
        {rows === null ? 'the rows' : formatPlural(rows, 'row')} of {sourceName}.
      </p>
      {problems.length === 0 ? null : (
        <ul className={classes.notes} aria-label="Why it would be refused">
          {problems.map(({ path, message, expected }) => (
            <li key={`${path} ${message}`}>
              {message}
              {expected === undefined ? '' : `; expected ${expected}`}
            </li>
          ))}
        </ul>
      )}
      {notes.length === 0 ? null : (
        <ul className={classes.notes} aria-label="What happens to columns">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
