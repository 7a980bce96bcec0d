import { Button, Select, Text, TextInput } from '@mantine/core';
import { IconPlugConnected } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { Connection, ConnectionKindInfo, TargetConfig } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { CheckFindings } from '../../components/CheckFindings.tsx';
import { ConfigForm } from '../../components/ConfigForm.tsx';
import { configFields, configOf, initialValues } from '../../components/config-fields.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { FormDialog } from '../../components/FormDialog.tsx';
import { LoadingState } from '../../components/LoadingState.tsx';
import { useConnectionKinds } from './connections-queries.ts';

type Props = {
  /** The one to change; null sets up a new one. */
  connection: Connection | null;
  /** Kinds that are offered; all when left out. */
  only?: (kind: ConnectionKindInfo) => boolean;
  onSaved?: (connection: Connection) => void;
  onClose: () => void;
};

/** Sets a connection up or changes it; "Test" tries the settings before they are kept. */
export function ConnectionDialog(props: Props) {
  const kinds = useConnectionKinds();
  if (!kinds.data) return kinds.error ? <ErrorNote error={kinds.error} /> : <LoadingState />;
  return <Dialog {...props} kinds={kinds.data.items.filter(props.only ?? (() => true))} />;
}

function Dialog({ connection, onSaved, onClose, kinds }: Props & { kinds: readonly ConnectionKindInfo[] }) {
  const cache = useQueryClient();
  const [kind, setKind] = useState(connection?.kind ?? kinds[0]?.kind ?? '');
  const [name, setName] = useState(connection?.name ?? '');
  const info = kinds.find((known) => known.kind === kind);
  const fields = useMemo(() => configFields(info?.configSchema ?? {}), [info]);
  const [typed, setTyped] = useState<TargetConfig>({});
  const [secrets, setSecrets] = useState<Record<string, string>>({});
  const values = { ...initialValues(fields, connection?.config ?? null), ...typed };
  const isComplete = fields.every(
    (field) => !field.isRequired || field.isSecret || (values[field.name] ?? '') !== '',
  );
  const settings = () => ({
    config: configOf(fields, values),
    secrets: Object.fromEntries(Object.entries(secrets).filter(([, value]) => value !== '')),
  });
  const test = useMutation({
    mutationFn: () =>
      client.connections.test({
        body: { kind, ...settings(), ...(connection === null ? {} : { connection: connection.id }) },
      }),
  });
  const change = (apply: () => void) => {
    apply();
    test.reset();
  };
  const submit = async () => {
    const body = { name: name.trim(), ...settings() };
    const saved =
      connection === null
        ? await client.connections.create({ body: { kind, ...body } })
        : await client.connections.update({ params: { connection: connection.id }, body });
    await cache.invalidateQueries({ queryKey: ['connections'] });
    onSaved?.(saved);
    onClose();
    // The list shows what the check found.
    void client.connections.check({ params: { connection: saved.id } }).catch(() => {});
  };
  return (
    <FormDialog
      title={connection === null ? 'New connection' : `Change ${connection.name}`}
      submitLabel="Save"
      canSubmit={name.trim() !== '' && isComplete}
      onSubmit={submit}
      onClose={onClose}
      size="lg"
    >
      {connection === null && kinds.length > 1 ? (
        <Select
          label="Kind"
          data={kinds.map((known) => ({ value: known.kind, label: known.title }))}
          value={kind}
          onChange={(value) =>
            change(() => {
              setKind(value ?? '');
              setTyped({});
              setSecrets({});
            })
          }
          allowDeselect={false}
          mb="xs"
        />
      ) : null}
      <Text size="sm" c="dimmed" mb="sm">
        {info?.description}
      </Text>
      <TextInput
        label="Name"
        description="What datasets and the command line call it."
        required
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
        mb="sm"
      />
      <ConfigForm
        fields={fields}
        values={values}
        onValue={(field, value) => change(() => setTyped((before) => ({ ...before, [field]: value })))}
        secrets={secrets}
        onSecret={(field, value) => change(() => setSecrets((before) => ({ ...before, [field]: value })))}
        kept={connection?.secrets ?? []}
      />
      <Button
        variant="default"
        leftSection={<IconPlugConnected size={15} />}
        disabled={!isComplete}
        loading={test.isPending}
        onClick={() => test.mutate()}
      >
        Test
      </Button>
      <ErrorNote error={test.error} />
      {test.data ? <CheckFindings findings={test.data.findings} /> : null}
    </FormDialog>
  );
}
