import { NumberInput, SegmentedControl, Select, TagsInput, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { DriftPreset, MonitorKind } from '../../../local-api/contract/index.ts';
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
      {form.kind === 'drift' || form.kind === 'endpoint-drift' ? (
        <JudgingFields form={form} set={set} />
      ) : form.kind === 'estimate' ? (
        <SliceField form={form} set={set} />
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

const presets: readonly { value: DriftPreset; label: string }[] = [
  { value: 'honest', label: 'By size and significance' },
  { value: 'evidently', label: 'As Evidently does' },
  { value: 'nannyml', label: 'As NannyML does' },
  { value: 'whylogs', label: 'As whylogs does' },
];

/** Which rows and columns are compared, and who decides; put away while all is as usual. */
function JudgingFields({ form, set }: FieldsProps) {
  const isUsual = form.slice === '' && form.columns.length === 0 && form.preset === 'honest';
  const kept = Object.values(form.settings).some((value) =>
    typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : false,
  );
  return (
    <details open={!isUsual}>
      <summary className={classes.more}>Rows, columns and judging</summary>
      <div className={classes.fields}>
        <Select
          label="Judged"
          allowDeselect={false}
          data={[...presets]}
          value={form.preset}
          onChange={(preset) => set({ preset: (preset ?? 'honest') as DriftPreset })}
        />
        <TagsInput
          label="Only these columns"
          description="Enter adds one; all that can be compared when none is named"
          value={form.columns}
          onChange={(columns) => set({ columns })}
        />
        <SliceField form={form} set={set} />
        {kept ? (
          <p className={classes.note}>Methods and thresholds of this monitor stay as they are.</p>
        ) : null}
      </div>
    </details>
  );
}

function SliceField({ form, set }: FieldsProps) {
  return (
    <Textarea
      label="Only rows for which this holds"
      description="A condition in SQL, such as region = 'north' AND age >= 30; all rows when empty"
      autosize
      minRows={1}
      maxRows={5}
      classNames={{ input: classes.sql ?? '' }}
      value={form.slice}
      onChange={(event) => set({ slice: event.currentTarget.value })}
    />
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
