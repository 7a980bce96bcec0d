import { NumberInput, Radio, SegmentedControl, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { MonitorKind } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { keys } from '../../app/queries.ts';
import { VersionPicker } from '../../components/VersionPicker.tsx';
import { type MonitorForm, usualRule } from './monitor-form.ts';
import { kindLabels } from './monitor-words.ts';
import classes from './monitors.module.css';

export type FieldsProps = { form: MonitorForm; set: (change: Partial<MonitorForm>) => void };

const explained: Record<MonitorKind, string> = {
  drift: 'Compares the newest version of a dataset with a reference. Each check makes a drift report.',
  quality: 'Looks at the profile of the newest version: missing values, rows set aside, its age.',
  performance: 'Holds the answers of an endpoint against the true values that are told later.',
};

/** What is watched, and against what. */
export function WatchFields({ form, set }: FieldsProps) {
  const setKind = (kind: MonitorKind) => set({ kind, ...usualRule(kind) });
  return (
    <div className={classes.fields}>
      <SegmentedControl
        aria-label="Kind of monitor"
        data={Object.entries(kindLabels).map(([value, label]) => ({ value, label }))}
        value={form.kind}
        onChange={(kind) => setKind(kind as MonitorKind)}
      />
      <p className={classes.note}>{explained[form.kind]}</p>
      {form.kind === 'performance' ? (
        <EndpointFields form={form} set={set} />
      ) : (
        <DatasetField form={form} set={set} />
      )}
      {form.kind === 'drift' ? <ReferenceFields form={form} set={set} /> : null}
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
        label="Answers"
        description="The newest with a known true value, at most"
        min={10}
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
      <Radio.Group
        label="Compared with"
        value={form.reference}
        onChange={(reference) => set({ reference: reference as MonitorForm['reference'] })}
      >
        <Radio value="previous" label="The version before: has it changed since last time?" mt={6} />
        <Radio value="version" label="A fixed version: has it left what the model was trained on?" mt={6} />
      </Radio.Group>
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
