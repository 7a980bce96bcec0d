import { Group, NumberInput, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type ServingEndpoint, stableRefOf } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { FormDialog } from '../../components/FormDialog.tsx';
import { ModelRefField } from '../../components/ModelRefField.tsx';
import { type DeployForm, type DeployKind, faultsOf, newForm, routeOf, stepsFrom } from './deploy-form.ts';
import { ShareSlider } from './ShareSlider.tsx';

type Props = {
  /** null for a new one. */
  endpoint: ServingEndpoint | null;
  onClose: () => void;
  onDone: (endpoint: ServingEndpoint) => void;
};

const kinds: readonly { value: DeployKind; label: string }[] = [
  { value: 'single', label: 'At once' },
  { value: 'canary', label: 'Canary' },
  { value: 'ab', label: 'A/B test' },
  { value: 'shadow', label: 'Shadow' },
  { value: 'ensemble', label: 'Ensemble' },
];

const judges: { value: DeployForm['judgedBy']; label: string }[] = [
  { value: 'loss', label: 'true values' },
  { value: 'more', label: 'outcomes: more is better' },
  { value: 'less', label: 'outcomes: less is better' },
];

/** Serves a model under a name: a new endpoint, or another version for one that is there. */
export function DeployDialog({ endpoint, onClose, onDone }: Props) {
  const cache = useQueryClient();
  const [form, setForm] = useState(() => newForm(endpoint));
  const set = (change: Partial<DeployForm>) => setForm((before) => ({ ...before, ...change }));
  const stable = endpoint === null ? null : stableRefOf(endpoint.route);
  const faults = faultsOf(form);
  const save = async () => {
    const route = routeOf({ ...form, ref: form.ref.trim() }, stable);
    const { reason } = form;
    const saved = endpoint
      ? await client.endpoints.update({
          params: { name: endpoint.name },
          body: { route, reason, expectedRevision: endpoint.revision },
        })
      : await client.endpoints.create({ body: { name: form.name, route, reason } });
    await cache.invalidateQueries({ queryKey: ['endpoints'] });
    onClose();
    onDone(saved);
  };
  return (
    <FormDialog
      title={endpoint === null ? 'New endpoint' : `Deploy to ${endpoint.name}`}
      submitLabel="Deploy"
      canSubmit={
        form.name !== '' &&
        form.ref.trim() !== '' &&
        faults.name === null &&
        faults.p95Ms === null &&
        form.minEffect > 0
      }
      onSubmit={save}
      onClose={onClose}
    >
      <Stack gap="sm">
        {endpoint === null ? (
          <TextInput
            label="Name"
            description="Callers use it: lower-case letters, digits and dashes."
            value={form.name}
            onChange={(event) => set({ name: event.currentTarget.value })}
            error={faults.name}
            data-autofocus
          />
        ) : null}
        <ModelRefField value={form.ref} onChange={(ref) => set({ ref })} />
        {stable === null ? null : (
          <>
            <SegmentedControl
              aria-label="How it comes in"
              data={[...kinds]}
              value={form.kind}
              onChange={(kind) => set({ kind: kind as DeployKind })}
            />
            <KindFields form={form} set={set} stable={stable} p95Fault={faults.p95Ms} />
          </>
        )}
        <TextInput
          label="Reason"
          description="For those who read the history."
          value={form.reason}
          onChange={(event) => set({ reason: event.currentTarget.value })}
        />
      </Stack>
    </FormDialog>
  );
}

type FieldsProps = {
  form: DeployForm;
  set: (change: Partial<DeployForm>) => void;
  stable: string;
  p95Fault: string | null;
};

function KindFields({ form, set, stable, p95Fault }: FieldsProps) {
  if (form.kind === 'single')
    return <Text size="sm">It answers every request from now on, in place of {stable}.</Text>;
  if (form.kind === 'shadow')
    return <Text size="sm">{stable} goes on answering. The new version is asked too, and compared.</Text>;
  if (form.kind === 'ensemble')
    return (
      <>
        <Text size="sm">Both answer every request, and the caller gets what they say together.</Text>
        <SegmentedControl
          aria-label="How the answers are combined"
          data={[
            { value: 'mean', label: 'Mean' },
            { value: 'vote', label: 'Majority of labels' },
          ]}
          value={form.combine}
          onChange={(combine) => set({ combine: combine === 'vote' ? 'vote' : 'mean' })}
        />
      </>
    );
  if (form.kind === 'ab')
    return (
      <>
        <ShareSlider
          label={`Share of the new version: ${form.percent} %`}
          note={`${stable} answers the other ${100 - form.percent} %. A test that holds at every look says which is better.`}
          value={form.percent}
          onChange={(percent) => set({ percent })}
        />
        <Group grow align="flex-end">
          <Select
            label="Judged by"
            data={judges}
            allowDeselect={false}
            value={form.judgedBy}
            onChange={(judgedBy) => judgedBy && set({ judgedBy })}
          />
          <NumberInput
            label="Smallest difference that matters"
            min={0}
            step={0.01}
            value={form.minEffect}
            onChange={(value) => set({ minEffect: Number(value) })}
          />
        </Group>
      </>
    );
  return (
    <>
      <ShareSlider
        label={`Share of its first step: ${form.percent} %`}
        note={`Steps: ${stepsFrom(form.percent).join(' → ')} %. It goes back to ${stable} by itself when it breaks a limit.`}
        value={form.percent}
        onChange={(percent) => set({ percent })}
      />
      <Group grow align="flex-end">
        <NumberInput
          label="Answers a step"
          min={1}
          allowDecimal={false}
          value={form.minRequests}
          onChange={(value) => set({ minRequests: Math.max(1, Number(value)) })}
        />
        <NumberInput
          label="Errors allowed, %"
          min={0}
          max={100}
          value={form.errorPercent}
          onChange={(value) => set({ errorPercent: Math.min(100, Math.max(0, Number(value))) })}
        />
        <TextInput
          label="p95 allowed, ms"
          value={form.p95Ms}
          error={p95Fault}
          onChange={(event) => set({ p95Ms: event.currentTarget.value })}
        />
      </Group>
    </>
  );
}
