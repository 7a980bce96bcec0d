import { Button, NumberInput, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { DatasetVersion } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { keys } from '../../app/queries.ts';
import { ModelRefField } from '../../components/ModelRefField.tsx';
import { VersionPicker } from '../../components/VersionPicker.tsx';
import { Condition } from './Condition.tsx';
import classes from './WindowPicker.module.css';
import { localText, timeOfText, type WindowDraft } from './window-draft.ts';

type Props = {
  label: string;
  description: string;
  draft: WindowDraft;
  onChange: (draft: WindowDraft) => void;
  /** The other side is of requests: a baseline finds its model by itself. */
  modelIsKnown: boolean;
};

const kinds = [
  { value: 'version', label: 'a dataset version' },
  { value: 'baseline', label: 'the data of a model' },
  { value: 'requests', label: 'logged requests' },
] as const;

const takes = [
  { value: 'all', label: 'All that are kept' },
  { value: 'last', label: 'The newest' },
  { value: 'time', label: 'Those of a time' },
] as const;

/** No name of an endpoint. */
const anyEndpoint = ' ';

const recent = [
  { days: 1, label: '24 hours' },
  { days: 7, label: '7 days' },
  { days: 30, label: '30 days' },
] as const;

/** Chooses the rows of one side of a comparison. */
export function WindowPicker({ label, description, draft, onChange, modelIsKnown }: Props) {
  const change = (patch: Partial<WindowDraft>) => onChange({ ...draft, ...patch });
  return (
    <fieldset className={classes.window}>
      <legend className={classes.legend}>{label}</legend>
      <p className={classes.description}>{description}</p>
      <Select
        label="Rows of"
        aria-label={`${label}: rows of`}
        allowDeselect={false}
        data={[...kinds]}
        value={draft.kind}
        onChange={(kind) => change({ kind: kinds.find(({ value }) => value === kind)?.value ?? 'version' })}
      />
      {draft.kind === 'version' ? (
        <VersionPicker
          label={label}
          value={draft.versionId}
          onChange={(version: DatasetVersion | null) => change({ versionId: version?.id ?? null })}
        />
      ) : null}
      {draft.kind === 'baseline' ? (
        <BaselineFields draft={draft} change={change} modelIsKnown={modelIsKnown} />
      ) : null}
      {draft.kind === 'requests' ? <RequestFields label={label} draft={draft} change={change} /> : null}
      <Condition
        label={label}
        draft={draft}
        onChange={(slice) => change({ slice })}
        modelIsKnown={modelIsKnown}
      />
    </fieldset>
  );
}

type FieldsProps = { draft: WindowDraft; change: (patch: Partial<WindowDraft>) => void };

function BaselineFields({ draft, change, modelIsKnown }: FieldsProps & { modelIsKnown: boolean }) {
  return (
    <>
      <ModelRefField
        label={modelIsKnown ? 'Model (left out: the one that answered the requests)' : 'Model'}
        value={draft.model}
        onChange={(model) => change({ model })}
      />
      <Select
        label="Which of its data"
        allowDeselect={false}
        data={[
          { value: 'test', label: 'Test rows, with truth and answers' },
          { value: 'training', label: 'The whole dataset version that it learnt from' },
        ]}
        value={draft.part}
        onChange={(part) => change({ part: part === 'training' ? 'training' : 'test' })}
      />
    </>
  );
}

function RequestFields({ label, draft, change }: FieldsProps & { label: string }) {
  const endpoints = useQuery({
    queryKey: keys.list('endpoints', {}),
    queryFn: ({ signal }) => client.endpoints.list({ signal }),
  });
  const names = endpoints.data?.items.map(({ name }) => name) ?? [];
  const answers = `${draft.answeredBy} ${draft.answeredVersion}`.trim();
  return (
    <>
      <Select
        label="Endpoint"
        placeholder={
          endpoints.data && names.length === 0 ? 'No endpoint yet: deploy a model first' : 'Choose'
        }
        searchable
        data={[
          ...(draft.answeredBy === '' ? [] : [{ value: anyEndpoint, label: `Any, answered by ${answers}` }]),
          ...names,
          ...(draft.endpoint !== '' && !names.includes(draft.endpoint) ? [draft.endpoint] : []),
        ]}
        value={draft.endpoint === '' ? (draft.answeredBy === '' ? null : anyEndpoint) : draft.endpoint}
        onChange={(endpoint) => change({ endpoint: endpoint === anyEndpoint ? '' : (endpoint ?? '') })}
      />
      <Select
        label="Which requests"
        allowDeselect={false}
        data={[...takes]}
        value={draft.take}
        onChange={(take) => change({ take: takes.find(({ value }) => value === take)?.value ?? 'all' })}
      />
      {draft.take === 'last' ? (
        <NumberInput
          label="How many"
          min={1}
          max={1_000_000}
          value={draft.last}
          onChange={(last) => typeof last === 'number' && last >= 1 && change({ last })}
        />
      ) : null}
      {draft.take === 'time' ? (
        <div className={classes.recent}>
          The last
          {recent.map(({ days, label: title }) => (
            <Button
              key={days}
              size="compact-xs"
              variant="default"
              onClick={() => change({ fromMs: Date.now() - days * 86_400_000, toMs: null })}
            >
              {title}
            </Button>
          ))}
        </div>
      ) : null}
      {draft.take === 'time' ? (
        <div className={classes.times}>
          {(['fromMs', 'toMs'] as const).map((side) => (
            <TextInput
              key={side}
              type="datetime-local"
              label={side === 'fromMs' ? 'From' : 'Until'}
              aria-label={`${label}: ${side === 'fromMs' ? 'from' : 'until'}`}
              value={localText(draft[side])}
              onChange={(event) => change({ [side]: timeOfText(event.currentTarget.value) })}
            />
          ))}
        </div>
      ) : null}
    </>
  );
}
