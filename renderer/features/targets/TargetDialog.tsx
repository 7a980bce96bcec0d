import { Select, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { PushTarget, TargetConfig, TargetKindInfo } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { ConfigForm } from '../../components/ConfigForm.tsx';
import { configFields, configOf, initialValues } from '../../components/config-fields.ts';
import { FormDialog } from '../../components/FormDialog.tsx';
import { toast, toastFault } from '../../components/toasts.tsx';

type Props = {
  kinds: readonly TargetKindInfo[];
  /** The one to change; null sets up a new one. */
  target: PushTarget | null;
  onClose: () => void;
};

/** Sets a target up or changes it, and checks the connection at once. */
export function TargetDialog({ kinds, target, onClose }: Props) {
  const cache = useQueryClient();
  const [kind, setKind] = useState(target?.kind ?? kinds[0]?.kind ?? '');
  const [name, setName] = useState(target?.name ?? '');
  const info = kinds.find((known) => known.kind === kind);
  const fields = useMemo(() => configFields(info?.configSchema ?? {}), [info]);
  const [typed, setTyped] = useState<TargetConfig>({});
  const [secrets, setSecrets] = useState<Record<string, string>>({});
  const values = { ...initialValues(fields, target?.config ?? null), ...typed };
  const isComplete = fields.every(
    (field) => !field.isRequired || field.isSecret || (values[field.name] ?? '') !== '',
  );
  const submit = async () => {
    const given = Object.fromEntries(Object.entries(secrets).filter(([, value]) => value !== ''));
    const body = { name: name.trim(), config: configOf(fields, values), secrets: given };
    const saved =
      target === null
        ? await client.targets.create({ body: { kind, ...body } })
        : await client.targets.update({ params: { target: target.id }, body });
    await cache.invalidateQueries({ queryKey: ['targets'] });
    onClose();
    checkSaved(saved);
  };
  return (
    <FormDialog
      title={target === null ? 'New target' : `Change ${target.name}`}
      submitLabel="Save and check"
      canSubmit={name.trim() !== '' && isComplete}
      onSubmit={submit}
      onClose={onClose}
      size="lg"
    >
      {target === null ? (
        <Select
          label="Kind"
          data={kinds.map((known) => ({ value: known.kind, label: known.title }))}
          value={kind}
          onChange={(value) => {
            setKind(value ?? '');
            setTyped({});
            setSecrets({});
          }}
          allowDeselect={false}
          mb="xs"
        />
      ) : null}
      <Text size="sm" c="dimmed" mb="sm">
        {info?.description}
      </Text>
      <TextInput
        label="Name"
        description="What it is called here, and on the command line."
        required
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
        mb="sm"
      />
      <ConfigForm
        fields={fields}
        values={values}
        onValue={(field, value) => setTyped((before) => ({ ...before, [field]: value }))}
        secrets={secrets}
        onSecret={(field, value) => setSecrets((before) => ({ ...before, [field]: value }))}
        kept={target?.secrets ?? []}
      />
    </FormDialog>
  );
}

/** The table shows the result; a fault is said at once, too. */
function checkSaved(target: PushTarget): void {
  client.targets.check({ params: { target: target.id } }).then(({ ok, findings }) => {
    const fault = findings.find(({ level }) => level === 'error');
    if (ok) toast({ title: `${target.name} can be reached`, tone: 'good' });
    else toast({ title: `${target.name} cannot be used yet`, text: fault?.message ?? '', tone: 'bad' });
  }, toastFault);
}
