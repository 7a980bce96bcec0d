import { NumberInput, SegmentedControl, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { MonitorKind } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { keys } from '../../app/queries.ts';
import { VersionPicker } from '../../components/VersionPicker.tsx';
import { isOfEndpoint, type MonitorForm, usualRule } from './monitor-form.ts';
import { kindLabels } from './monitor-words.ts';
import classes from './monitors.module.css';

export type FieldsProps = { form: MonitorForm; set: (change: Partial<MonitorForm>) => void };

const explained: Record<MonitorKind, string> = {
  drift: 'Compares the newest version of a dataset with a reference. Each check makes a drift report.',
  validation: 'Checks the newest version of a dataset by its active schema.',
  'endpoint-drift':
    'Compares the last requests of an endpoint with what its model was made of: inputs, answers, and what goes with them. Each check makes a drift report.',
  estimate:
    'Works out from the probabilities of the model how good it should be on the last requests, without true values.',
  quality: 'Looks at the profile of the newest version: missing values, rows set aside, its age.',
  performance: 'Holds the answers of an endpoint against the true values that are told later.',
};

const ofDatasets: readonly MonitorKind[] = ['drift', 'quality', 'validation'];
const ofEndpoints: readonly MonitorKind[] = ['endpoint-drift', 'estimate', 'performance'];
const choices = (kinds: readonly MonitorKind[]) =>
  kinds.map((value) => ({ value, label: kindLabels[value] }));
const kinds = [
  { group: 'In the versions of a dataset', items: choices(ofDatasets) },
  { group: 'In what an endpoint is asked and answers', items: choices(ofEndpoints) },
];

/** What is watched, and against what. */
export function WatchFields({ form, set }: FieldsProps) {
  const setKind = (kind: MonitorKind) => set({ kind, ...usualRule(kind) });
  return (
    <div className={classes.fields}>
      <Select
        label="What to look for"
        allowDeselect={false}
        data={kinds}
        value={form.kind}
        onChange={(kind) => setKind((kind ?? form.kind) as MonitorKind)}
      />
      <p className={classes.note}>{explained[form.kind]}</p>
      {isOfEndpoint(form.kind) ? (
        <EndpointFields form={form} set={set} />
      ) : (
        <DatasetField form={form} set={set} />
      )}
      {form.kind === 'drift' ? <ReferenceFields form={form} set={set} /> : null}
      {form.kind === 'endpoint-drift' ? (
        <SegmentedControl
          aria-label="Compared with"
          data={[
            { value: 'test', label: 'The test rows of its model' },
            { value: 'training', label: 'The training data of its model' },
          ]}
          value={form.baseline}
          onChange={(baseline) => set({ baseline: baseline as MonitorForm['baseline'] })}
        />
      ) : null}
    </div>
  );
}

function DatasetField({ form, set }: FieldsProps) {
  const datasets = useQuery({
    queryKey: keys.list('datasets', { limit: 500 }),
    queryFn: ({ signal }) => client.datasets.list({ query: { limit: 500 }, signal }),
  });
  return (
    <Select
      label="Dataset"
      description="Its newest version, each time."
      searchable
      data={(datasets.data?.items ?? []).map(({ name }) => name)}
      value={form.dataset}
      onChange={(dataset) => set({ dataset })}
      nothingFoundMessage="No such dataset"
    />
  );
}

function EndpointFields({ form, set }: FieldsProps) {
  const endpoints = useQuery({
    queryKey: keys.list('endpoints'),
    queryFn: ({ signal }) => client.endpoints.list({ signal }),
  });
  return (
    <div className={classes.columns}>
      <Select
        label="Endpoint"
        data={(endpoints.data?.items ?? []).map(({ name }) => name)}
        value={form.endpoint}
        onChange={(endpoint) => set({ endpoint })}
        nothingFoundMessage="No endpoints yet"
      />
      <NumberInput
        label={form.kind === 'performance' ? 'Answers' : 'Requests'}
        description={
          form.kind === 'performance'
            ? 'The newest with a known true value, at most'
            : 'The newest that were logged, at most'
        }
        min={20}
        max={100_000}
        value={form.last}
        onChange={(last) => typeof last === 'number' && set({ last })}
      />
    </div>
  );
}

function ReferenceFields({ form, set }: FieldsProps) {
  return (
    <>
      <SegmentedControl
        aria-label="Compared with"
        data={[
          { value: 'version', label: 'A fixed version' },
          { value: 'previous', label: 'The version before' },
        ]}
        value={form.reference}
        onChange={(reference) => set({ reference: reference as MonitorForm['reference'] })}
      />
      <p className={classes.note}>
        {form.reference === 'version'
          ? 'Has it left what the model was trained on?'
          : 'Has it changed since last time? Slow changes go unseen.'}
      </p>
      {form.reference === 'version' ? (
        <VersionPicker
          label="Reference"
          value={form.versionId}
          onChange={(version) => set({ versionId: version?.id ?? null })}
        />
      ) : null}
    </>
  );
}
