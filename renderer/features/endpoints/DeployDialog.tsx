import { SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type ServingEndpoint, stableRefOf } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { FormDialog } from '../../components/FormDialog.tsx';
import { ModelRefField } from '../../components/ModelRefField.tsx';
import { AbFields } from './AbFields.tsx';
import { CanaryFields } from './CanaryFields.tsx';
import {
  type DeployForm,
  type DeployKind,
  faultsOf,
  type KindProps,
  newForm,
  routeOf,
} from './deploy-form.ts';
import { EnsembleFields } from './EnsembleFields.tsx';
import { More } from './More.tsx';
import { OtherVersions } from './OtherVersions.tsx';

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
  { value: 'blueGreen', label: 'Blue/green' },
  { value: 'ensemble', label: 'Ensemble' },
];

/** Serves a model under a name: a new endpoint, or another version for one that is there. */
export function DeployDialog({ endpoint, onClose, onDone }: Props) {
  const cache = useQueryClient();
  const [form, setForm] = useState(() => newForm(endpoint));
  const set = (change: Partial<DeployForm>) => setForm((before) => ({ ...before, ...change }));
  const stable = endpoint === null ? null : stableRefOf(endpoint.route);
  const faults = faultsOf(form, stable);
  const isFaulty = faults.name ?? faults.p95Ms ?? faults.sticky ?? faults.route[0];
  const save = async () => {
    const route = routeOf(form, stable);
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
      size={stable === null ? 'md' : 'lg'}
      canSubmit={form.name !== '' && form.ref.trim() !== '' && isFaulty === undefined}
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
            <KindFields form={form} set={set} stable={stable} faults={faults} />
            <RouteFaults faults={faults.route} />
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

function KindFields(props: KindProps) {
  const { form, set, stable } = props;
  switch (form.kind) {
    case 'single':
      return <Text size="sm">It answers every request from now on, in place of {stable}.</Text>;
    case 'canary':
      return <CanaryFields {...props} />;
    case 'ab':
      return <AbFields {...props} />;
    case 'ensemble':
      return <EnsembleFields {...props} />;
    case 'shadow':
      return (
        <>
          <Text size="sm">{stable} goes on answering. The new version is asked too, and compared.</Text>
          <More>
            <OtherVersions form={form} set={set} max={4} add="Compare another version" />
          </More>
        </>
      );
    case 'blueGreen':
      return (
        <>
          <Text size="sm">Both are loaded, and callers are switched from one to the other at any time.</Text>
          <SegmentedControl
            aria-label="Which one answers first"
            data={[
              { value: 'stable', label: `Blue answers: ${stable}` },
              { value: 'new', label: 'Green answers: the new version' },
            ]}
            value={form.active}
            onChange={(active) => set({ active: active === 'new' ? 'new' : 'stable' })}
          />
        </>
      );
  }
}

function RouteFaults({ faults }: { faults: readonly string[] }) {
  if (faults.length === 0) return null;
  return (
    <div role="alert">
      {faults.map((fault) => (
        <Text key={fault} size="sm" c="var(--mantine-color-error)">
          {fault}
        </Text>
      ))}
    </div>
  );
}
